"""The SVG writer: well-formed, in the subset that every program shows, and the same bytes every time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from figure_nets import NETS

from netc.backends.figure import Look, draw, figure
from netc.backends.figure.scene import Circle, Group, Path, Polygon, Rectangle, Scene, Text
from netc.backends.figure.theme import load as load_theme
from netc.backends.figure.writers.svg import PIXELS, write
from netc.backends.figure.writers.writer import Output
from netc.compiler import Graph, Input, Layer, Problem, Section, load
from netc.compiler.ops import OPS

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "g", "rect", "polygon", "polyline", "circle", "text"}
ATTRIBUTES = {
    "svg": {"width", "height", "viewBox", "role", "font-family"},
    "g": {"id"},
    "rect": {"x", "y", "width", "height", "rx", "fill", "stroke", "stroke-width", "stroke-dasharray"},
    "polygon": {"points", "fill", "stroke", "stroke-width"},
    "polyline": {"points", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin"},
    "circle": {"cx", "cy", "r", "fill", "stroke", "stroke-width"},
    "text": {"x", "y", "font-size", "font-weight", "text-anchor", "fill"},
}
HOSTILE = '</text><script>alert("&amp;")</script>\'\x00\ud800 ]]> é'


def hostile_graph() -> Graph:
    """A graph whose every name is an attack on XML; the language would refuse most of them."""
    relu: dict[str, Any] = {"op": OPS["relu"](), "shape": (3,), "statement": "", "line": 2, "file": ""}
    nodes = (
        Input(name=f"in {HOSTILE}", shape=(3,), line=1),
        Layer(name=HOSTILE, inputs=(f"in {HOSTILE}",), section=HOSTILE, **relu),
        Layer(name=HOSTILE.upper(), inputs=(HOSTILE,), section=None, **relu),
    )
    sections = (Section(name=HOSTILE, title=HOSTILE),)
    return Graph(net=HOSTILE, file="", nodes=nodes, outputs={HOSTILE: HOSTILE.upper()}, sections=sections)


@cache
def graph_of(name: str) -> Graph:
    return load(NETS[name])


@cache
def drawn(name: str) -> bytes:
    return draw(graph_of(name))


def parse(svg: bytes) -> ET.Element:
    return ET.fromstring(svg)


def texts_of(made: Scene) -> list[str]:
    return [shape.text for group in made.groups() for shape in group.shapes if isinstance(shape, Text)]


@pytest.mark.parametrize("name", NETS)
def test_the_subset_that_every_program_shows(name: str) -> None:
    for element in parse(drawn(name)).iter():
        tag = element.tag.removeprefix(SVG)
        assert tag in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES.get(tag, set())
        if tag in ("text", "title", "desc"):
            assert len(element) == 0


def test_the_root_says_what_it_is() -> None:
    graph = load(NETS["alexnet"])
    made, root = figure(graph).scene, parse(draw(graph))
    assert root.get("role") == "img"
    assert [child.tag for child in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text == "AlexNet"
    assert root[1].text == made.description
    assert f"{graph.total('parameters'):,} parameters" in made.description
    assert root.get("font-family") == "Helvetica, Arial, 'Liberation Sans', sans-serif"
    _, _, width, height = map(float, str(root.get("viewBox")).split())
    assert (width, height) == pytest.approx((made.width, made.height), abs=0.01)
    assert float(str(root.get("width"))) == pytest.approx(made.width * PIXELS, abs=0.01)
    assert b"netc" in draw(graph)[:400]


@pytest.mark.parametrize("name", NETS)
def test_text_stays_text(name: str) -> None:
    graph = load(NETS[name])
    assert [element.text for element in parse(draw(graph)).iter(f"{SVG}text")] == texts_of(figure(graph).scene)


@pytest.mark.parametrize("graph", [load(NETS["alexnet"]), hostile_graph()], ids=["alexnet", "hostile"])
def test_ids_are_valid_and_unique(graph: Graph) -> None:
    ids = [str(element.get("id")) for element in parse(draw(graph)).iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == len(graph.nodes) + len(graph.outputs)
    assert all(re.fullmatch(r"[^\W\d][\w.\-]*", found) for found in ids)


def test_layer_names_are_ids() -> None:
    graph = load(NETS["alexnet"])
    ids = {element.get("id") for element in parse(draw(graph)).iter()}
    assert {layer.name for layer in graph.layers} <= ids


def test_hostile_names_are_escaped() -> None:
    root = parse(draw(hostile_graph()))
    assert not list(root.iter(f"{SVG}script"))
    shown = HOSTILE.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert root[0].text == shown
    assert shown in [element.text for element in root.iter(f"{SVG}text")]


def test_every_shape_is_written_in_order() -> None:
    shapes = (
        Rectangle(1, 2, 3, 4, "merge", corner=1, dashed=True),
        Group("layer", (Circle(5, 5, 2, "merge"), Group("wire", (Path(((0, 0), (1.005, 2)), "wire"),))), name="a b"),
        Polygon(((0, 0), (1, 0), (0, 1)), "arrow"),
        Text(1, 2, "x", 12, "heading", anchor="middle", bold=True),
    )
    root = parse(write([Scene(10, 10, "t", "d", shapes)], load_theme("light"), Output()))
    rectangle, group, polygon, text = list(root)[2:]
    assert rectangle.attrib.items() >= {"x": "1", "rx": "1", "stroke-dasharray": "4 3", "fill": "#FFFFFF"}.items()
    assert group.get("id") == "a_b"
    assert group[0].attrib.items() >= {"cx": "5", "r": "2"}.items()
    assert group[1][0].attrib.items() >= {"points": "0,0 1,2", "fill": "none"}.items()
    assert polygon.get("points") == "0,0 1,0 0,1"
    assert text.attrib.items() >= {"text-anchor": "middle", "font-weight": "bold", "font-size": "12"}.items()
    assert text.text == "x"


def test_equal_names_get_different_ids() -> None:
    groups = tuple(Group("layer", (), name=name) for name in ("a b", "a_b", "a b", "a_b-2", "1"))
    root = parse(write([Scene(1, 1, "", "", groups)], load_theme("light"), Output()))
    assert [group.get("id") for group in root.iter(f"{SVG}g")] == ["a_b", "a_b-2", "a_b-3", "a_b-2-2", "_1"]


@pytest.mark.parametrize("name", NETS)
def test_the_same_bytes_every_time(name: str) -> None:
    assert draw(load(NETS[name])) == drawn(name)


@pytest.mark.parametrize("wrong", [("style", "block"), ("theme", "lihgt"), ("format", "bmp")])
def test_unknown_names_are_refused(wrong: tuple[str, str]) -> None:
    what, name = wrong
    graph = load(NETS["lenet5"])
    look = Look() if what == "format" else Look(**{what: name})
    with pytest.raises(Problem) as caught:
        draw(graph, look, name if what == "format" else "svg")
    assert caught.value.diagnostic.code == "E901"
    assert caught.value.diagnostic.message == f"unknown {what} `{name}`"
    assert caught.value.diagnostic.expected


@pytest.mark.parametrize("name", ["lenet5", "alexnet"])
def test_the_file(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"figure/{name}.svg", drawn(name).decode())
