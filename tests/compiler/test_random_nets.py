"""Random nets that are right by construction: they compile, and their graphs keep every promise of the language."""

from __future__ import annotations

import re
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from netc.compiler.compile import check_source
from netc.compiler.format import format_text
from netc.compiler.graph import Graph, Layer, Transfer, elements
from netc.compiler.op import Op
from netc.compiler.source import Source

SHAPE = (4, 6, 6)
"""What every layer of these nets makes, so that any of them may be added to any other."""

PLAIN = ["relu", "tanh", "batchnorm", "dropout(0.5)", "conv(4, 3x3, pad = 1)", "conv(4, 1x1, bias = false)", "lrn"]
REPEATED = ["relu * 2", "conv(4, 1x1) * 3", "(conv(4, 1x1) -> relu) * 2", "(batchnorm -> tanh -> relu) * 1"]


class Writer:
    """Writes the statements of one body; ``draw`` is hypothesis's."""

    def __init__(self, draw: st.DrawFn, blocks: list[str], known: list[str], devices: list[str]) -> None:
        self.draw = draw
        self.blocks = blocks
        self.known = known
        self.devices = devices
        self.made: list[str] = []
        self.lines: list[str] = []

    def body(self, loops: bool = True) -> None:
        for _ in range(self.draw(st.integers(1, 3))):
            kind = self.draw(st.sampled_from(["chain"] * 4 + ["split", "section", "loop"][: 3 if loops else 1]))
            getattr(self, kind)()

    def chain(self, in_loop: bool = False) -> None:
        name = f"x{len(self.known) + len(self.made)}"
        names = self.known + self.made
        links = [] if in_loop or not names or self.draw(st.booleans()) else [self.draw(st.sampled_from(names))]
        for _ in range(self.draw(st.integers(1, 3))):
            links.append(self.link(can_add=bool(links) and not in_loop))
        self.lines.append(f"{name} = {' -> '.join(links)}{self.place()}")
        self.made.append(name)

    def link(self, can_add: bool) -> str:
        choices = [*PLAIN, *REPEATED, *self.blocks, *(f"{block} * 2" for block in self.blocks)]
        choices += [f"add({name})" for name in self.known + self.made] * can_add
        return self.draw(st.sampled_from(choices))

    def split(self) -> None:
        name = f"x{len(self.known) + len(self.made)}"
        self.lines.append(f"{name}_parts = split(2){self.place()}")
        self.lines.append(f"{name} = concat({name}_parts[1], {name}_parts[0]){self.place()}")
        self.made.append(name)

    def section(self) -> None:
        self.lines.append(f"section s{len(self.known) + len(self.made)} {{")
        self.chain()
        self.lines.append("}")

    def loop(self) -> None:
        self.lines.append(f"for i{len(self.made)} in 0..{self.draw(st.integers(1, 3))} {{")
        for _ in range(self.draw(st.integers(1, 2))):
            self.chain(in_loop=True)
        self.lines.append("}")

    def place(self) -> str:
        return f" on {self.draw(st.sampled_from(self.devices))}" if self.devices else ""

    def towers(self) -> None:
        """Towers, whose body ends in a layer that reads all others, and a layer that makes one map of theirs."""
        first = Writer(self.draw, self.blocks, self.known + self.made, [])
        first.body(loops=False)
        second = Writer(self.draw, self.blocks, first.known + first.made, [])
        second.body(loops=False)
        narrow = "narrow = conv(4, 1x1)"
        all_names = ", ".join(["narrow", *first.made, *second.made])
        self.lines += [
            "towers on g0, g1 {",
            *first.lines,
            "exchange",
            narrow,
            *second.lines,
            f"z = add({all_names})",
            "}",
        ]
        self.lines.append(f"joined = conv(4, 1x1){self.place()}")
        self.made.append("joined")


def ending(writer: Writer, op: str) -> str:
    """A statement that reads all that a body made."""
    if len(writer.made) == 1:
        return f"{writer.made[0]} -> relu{writer.place()}"
    return f"{op}({', '.join(writer.made)}){writer.place()}"


@st.composite
def nets(draw: st.DrawFn) -> str:
    texts, blocks = [], []
    for number in range(draw(st.integers(0, 3))):
        writer = Writer(draw, list(blocks), ["in"], [])
        writer.body()
        blocks.append(f"b{number}")
        texts.append("\n".join([f"block b{number} {{", *writer.lines, ending(writer, "add"), "}"]))
    devices = ["g0", "g1"] if draw(st.booleans()) else []
    net = Writer(draw, blocks, ["image"], devices)
    net.body()
    if devices and draw(st.booleans()):
        net.towers()
    head = ["device g0, g1"] if devices else []
    # Both devices run something, as they must.
    tail = ["last = relu on g0", "output y: tanh on g1"] if devices else ["relu"]
    text = ["net N {", *head, "input image: 4x6x6", *net.lines, ending(net, "add"), *tail, "}"]
    return "\n".join([*texts, *text]) + "\n"


def compiled(text: str) -> Graph:
    (result,) = check_source(Source("random.net", text))
    assert [diagnostic.message for diagnostic in result.errors] == []
    assert result.graph is not None
    return result.graph


@settings(max_examples=50)
@given(nets())
def test_a_net_that_is_right_compiles_and_its_graph_keeps_the_rules(text: str) -> None:
    graph = compiled(text)
    assert Graph.from_json(graph.to_json()) == graph
    order = {node.name: position for position, node in enumerate(graph.nodes)}
    assert len(order) == len(graph.nodes)
    for node in graph.nodes:
        assert all(order[name] < order[node.name] for name in node.inputs)
        assert node.shape in (SHAPE, (2, 6, 6), (8, 6, 6))
    assert {name for node in graph.nodes for name in node.inputs} | set(graph.outputs.values()) == set(order)


@settings(max_examples=25)
@given(nets())
def test_every_layer_reads_on_its_own_device(text: str) -> None:
    graph = compiled(text)
    for node in graph.nodes:
        for name in node.inputs:
            source = graph.by_name[name]
            if isinstance(node, Layer):
                assert source.device in (node.device, None)
            elif isinstance(node, Transfer):
                assert (source.device, node.device) == (node.origin, node.destination)
                assert node.origin != node.destination
                assert node.bytes_per_sample == 4 * elements(node.shape)
    copies = [(copy.layer, copy.destination) for copy in graph.transfers]
    assert len(set(copies)) == len(copies)


@settings(max_examples=25)
@given(nets())
def test_the_layers_of_a_scope_stand_together_under_its_name(text: str) -> None:
    graph = compiled(text)
    for scope in graph.scopes:
        inside = [isinstance(node, Layer) and node.name.startswith(scope.path + ".") for node in graph.nodes]
        assert any(inside)
        if scope.kind in ("block", "group"):
            assert [key for key, _ in groupby(inside)].count(True) == 1


@settings(max_examples=25)
@given(nets())
def test_costs_are_those_of_the_ops(text: str) -> None:
    graph = compiled(text)
    for node in graph.layers:
        shapes = graph.input_shapes(node)
        assert isinstance(node.op, Op)
        assert node.shape == node.op.infer(*shapes)
        assert (node.parameters, node.macs) == (node.op.parameters(*shapes), node.op.macs(*shapes))
    if graph.devices:
        assert sum(node.macs for device in graph.devices for node in graph.on(device.name)) == graph.total("macs")


MISTAKES = {
    r"\b(relu|tanh|batchnorm)\b": ("rleuu", "E202"),
    r"\bpad(?= = )": ("pda", "E301"),
    r"(?<=bias = )false": ("5", "E302"),
    r"(?<=add\()(x\d+|in)\b": ("nobody", "E201"),
    r"(?<=conv\(4), ": (" ", "E101"),
    r"(?<= on )g[01]$": ("g7", "E501"),
    r"(?<=, )3x3": ("30x30", "E401"),
    r"(?<=conv\()4(?=, 3x3)": ("0", "E306"),
}
"""What stands in a spec, a mistake to put in its place, and the code of the only diagnostic."""


@settings(max_examples=150)
@given(nets(), st.data())
def test_one_mistake_is_one_diagnostic(text: str, data: st.DataObject) -> None:
    spots = [
        (match, *mistake) for right, mistake in MISTAKES.items() for match in re.finditer(right, text, re.MULTILINE)
    ]
    match, wrong, code = data.draw(st.sampled_from(spots))
    start = match.start()
    block = re.findall(r"^(?:block|net) (\w+)", text[:start], re.MULTILINE)[-1]
    used = ["N", *(scope.definition for scope in compiled(text).scopes)]
    broken = text[:start] + wrong + text[match.end() :]
    found = [error for result in check_source(Source("random.net", broken)) for error in result.errors]
    if block not in used and code == "E401":
        return  # nobody knows what it reads
    (error,) = found
    assert error.code == code
    assert error.span is not None
    assert error.span.line == broken.count("\n", 0, start) + 1


@settings(max_examples=25)
@given(nets())
def test_formatting_changes_no_graph(text: str) -> None:
    before, after = compiled(text), compiled(format_text(text))
    assert [(node.name, node.inputs, node.shape) for node in before.nodes] == [
        (node.name, node.inputs, node.shape) for node in after.nodes
    ]
