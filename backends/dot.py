"""Export to DOT, the language of Graphviz, and pictures made by its program ``dot`` where that is installed."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence
from html import escape

import graphviz  # type: ignore[import-untyped]

from ..compiler import Graph, Layer, Problem, Section, Transfer, format_bytes, format_shape
from ..compiler.summary import summary
from . import MissingPackage

TEXT_FORMATS = ("gv", "dot")
"""Endings of DOT itself, for which no program is needed."""

_PLAIN_NAME = re.compile(r"[\w.@]+")


def draw(graph: Graph, form: str) -> bytes:
    """DOT for the formats ``gv`` and ``dot``, else a picture by the program ``dot``; raises what ``render`` raises."""
    return source(graph).encode() if form in TEXT_FORMATS else render(graph, form)


def source(graph: Graph) -> str:
    """The graph in DOT: devices and sections as clusters, transfers as dashed edges with shape and bytes."""
    text: str = _Writer(graph).digraph().source
    return text


def render(graph: Graph, form: str) -> bytes:
    """A picture by ``dot``.

    Raises MissingPackage where that program is not installed, and Problem E201 for a format that it does not know.
    """
    if form not in graphviz.FORMATS:
        what = f"unknown format `{form}`" if form else "the file's name has no ending that says its format"
        raise Problem("E201", what, expected="svg, gv, pdf, png or another format of Graphviz")
    try:
        picture: bytes = _Writer(graph).digraph().pipe(format=form)
    except graphviz.ExecutableNotFound:
        raise MissingPackage(
            f"{form} needs the program `dot` of Graphviz, which is not installed: install Graphviz, "
            "or draw a file that ends in .svg, which netc does itself"
        ) from None
    except graphviz.CalledProcessError as error:
        said = error.stderr.decode(errors="replace") if isinstance(error.stderr, bytes) else str(error.stderr)
        raise Problem("E201", f"this `dot` cannot write {form}", found=said.strip().split("\n")[0][:200]) from None
    return _marked(picture, form, _mark(graph))


def _mark(graph: Graph) -> str:
    """What says that a file is netc's, and of which graph."""
    return f"written by netc, graph {graph.digest}"


def _marked(picture: bytes, form: str, mark: str) -> bytes:
    """The picture with netc's mark, so that it may be replaced: as a comment at its end, and in PNG as a chunk."""
    if form == "svg":
        return picture + f"<!-- {mark} -->\n".encode()
    if form == "pdf":
        return picture + f"% {mark}\n".encode()
    if form == "png":
        content = b"tEXtSoftware\0" + mark.encode()
        chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
        return picture[:-12] + chunk + picture[-12:]
    return picture


class _Writer:
    """Writes one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.ids = _ids("node", [node.name for node in graph.nodes])
        self.devices = _ids("device", [layer.device or "" for layer in graph.layers])
        self.sections = _ids("section", [section.name for section in graph.sections])
        self.inner: dict[str | None, list[Section]] = {}
        for section in graph.sections:
            self.inner.setdefault(section.parent, []).append(section)

    def digraph(self) -> graphviz.Digraph:
        made = graphviz.Digraph(
            "net",
            comment=_mark(self.graph),
            graph_attr={"label": _plain(self._title()), "labelloc": "t", "fontname": "Helvetica", "compound": "true"},
            node_attr={"shape": "box", "fontname": "Helvetica"},
            edge_attr={"fontname": "Helvetica"},
        )
        for node in self.graph.inputs:
            made.node(self.ids[node.name], _label(node.name, "input", format_shape(node.shape)), shape="oval")
        for device in dict.fromkeys(layer.device for layer in self.graph.layers):
            self._device(made, device)
        for number, (name, end) in enumerate(self.graph.outputs.items()):
            shape = format_shape(self.graph.by_name[end].shape)
            style = {"style": "dashed"} if name in self.graph.auxiliary else {}
            made.node(f"output {number}", _label(name, "output", shape), shape="oval", **style)
        self._edges(made)
        return made

    def _title(self) -> str:
        title = self.graph.about.title or self.graph.net
        return f"{title}\n{self.graph.total('parameters'):,} parameters, {self.graph.total('macs'):,} MACs"

    def _device(self, made: graphviz.Digraph, device: str | None) -> None:
        """The layers of a device, in a cluster unless they are on none."""
        members: dict[str | None, list[Layer]] = {}
        for layer in self.graph.layers:
            if layer.device == device:
                members.setdefault(layer.section, []).append(layer)
        if device is None:
            self._section(made, None, members, "")
            return
        total = sum(layer.parameters for layers in members.values() for layer in layers)
        with made.subgraph(name=f"cluster device {self.devices[device]}") as cluster:
            cluster.attr(label=_plain(f"{device}\n{total:,} parameters"), style="rounded")
            self._section(cluster, None, members, self.devices[device])

    def _section(
        self, made: graphviz.Digraph, name: str | None, members: dict[str | None, list[Layer]], place: str
    ) -> None:
        """The layers of a section and the sections in it; ``place`` keeps the clusters of devices apart."""
        for layer in members.get(name, ()):
            made.node(self.ids[layer.name], _label(layer.name, summary(layer.op), format_shape(layer.shape)))
        for section in self.inner.get(name, ()):
            if self._is_used(section, members):
                name_here = f"cluster section {self.sections[section.name]} {place}".rstrip()
                with made.subgraph(name=name_here) as cluster:
                    cluster.attr(label=_plain(section.title), style="dashed")
                    self._section(cluster, section.name, members, place)

    def _is_used(self, section: Section, members: dict[str | None, list[Layer]]) -> bool:
        """Whether a section or one in it has layers here."""
        return section.name in members or any(
            self._is_used(inner, members) for inner in self.inner.get(section.name, ())
        )

    def _edges(self, made: graphviz.Digraph) -> None:
        for node in self.graph.layers:
            for name in dict.fromkeys(node.inputs):
                read = self.graph.by_name[name]
                if isinstance(read, Transfer):
                    text = f"{format_shape(read.shape)}\n{format_bytes(read.bytes_per_sample)}"
                    made.edge(self.ids[read.layer], self.ids[node.name], label=_plain(text), style="dashed")
                else:
                    made.edge(self.ids[name], self.ids[node.name])
        for number, end in enumerate(self.graph.outputs.values()):
            made.edge(self.ids[end], f"output {number}")


def _ids(kind: str, names: Sequence[str]) -> dict[str, str]:
    """Names that would need escapes in DOT are replaced; labels have them in full."""
    return {
        name: name if _PLAIN_NAME.fullmatch(name) else f"{kind} {number}"
        for number, name in enumerate(dict.fromkeys(names))
    }


def _label(name: str, op: str, shape: str) -> str:
    """Three lines in DOT's own HTML."""
    lines = (escape("".join(char if char.isprintable() else " " for char in line)) for line in (name, op, shape))
    return "<<b>{}</b><br/>{}<br/>{}>".format(*lines)


def _plain(text: str) -> str:
    r"""A text in which DOT finds no HTML, entities or escapes; lines are joined by DOT's ``\n``."""
    return "\\n".join(graphviz.escape(line.replace("&", "&amp;")) for line in text.split("\n"))
