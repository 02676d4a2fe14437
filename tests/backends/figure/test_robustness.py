"""Nets and pages of every kind: a style draws them whole or refuses them in words, whatever it is asked."""

from __future__ import annotations

from collections import Counter
from itertools import product
from math import isfinite

import pytest
from figure_nets import ROOT

from netc.backends.figure import STYLES, Look, figure, style_of
from netc.backends.figure.labels import FIELDS
from netc.backends.figure.lint import lint
from netc.backends.figure.options import Direction, Fold, Options, page_of
from netc.backends.figure.scene import Scene, Shape
from netc.backends.figure.theme import load as load_theme
from netc.compiler import Graph, Problem, load


def net(body: str, feed: str = "input image: 3x32x32", before: str = "") -> Graph:
    return load(f"{before}\nnet N {{\n{feed}\n{body}\n}}\n")


LONG = "a_name_of_a_layer_that_nobody_would_ever_write_but_somebody_did"
NETS = {
    "one layer": net("relu", "input x: 1"),
    "one pixel": net("conv(1, 1x1)", "input x: 1x1x1"),
    "large map": net("conv(8, 3x3, stride = 2)\nmaxpool(2x2)", "input x: 3x16384x16384"),
    "flat map": net("conv(8, 1x3)\nmaxpool(1x2)\nfc(3)", "input x: 1x1x100000"),
    "high map": net("conv(8, 3x1)\nmaxpool(2x1)\nfc(3)", "input x: 1x100000x1"),
    "channels": net("conv(65536, 1x1) -> relu\nconv(1, 1x1)\nconv(65536, 3x3)\nfc(1)", "input x: 1x8x8"),
    "vectors": net("fc(65536) -> relu\nfc(1)\nfc(100)\nsoftmax", "input x: 1000000"),
    "table": net("relu\nreshape(2x10)\ntanh\nfc(3)", "input x: 4x5"),
    "video": net("relu\nreshape(120)", "input x: 2x3x4x5"),
    "long names": net(f"{LONG} = conv(8, 3x3) -> relu\n{'y' * 200} = fc(3)"),
    "branches": net(
        "\n".join(f"b{i} = image -> conv(2, 1x1) -> relu" for i in range(12))
        + f"\nconcat({', '.join(f'b{i}' for i in range(12))})"
    ),
    "outputs": net(
        "stem = fc(8)\noutput same: stem\noutput again: stem\noutput echo: image\n"
        + "\n".join(f"output o{i}: stem -> fc({i + 1})" for i in range(5))
    ),
    "dense": net(
        "d0 = conv(8, 3x3, pad = 1)\nd1 = conv(4, 1x1)\n"
        + "\n".join(f"d{i} = concat({', '.join(f'd{j}' for j in range(i))}) -> conv(4, 1x1)" for i in range(2, 6))
    ),
    "parts": net("conv(16, 3x3)\nh = split(4)\nconcat(h[3], h[2], h[1], h[0])\nchannel_shuffle(4)\nfc(3)"),
    "repeats": net("x = ((conv(3, 3x3, pad = 1) -> relu) * 3 -> batchnorm) * 4\nfor i in 0..3 { c = tanh }"),
    "sections": net('section a "" { section b "  " { section c "One\\nTwo\\tthree" { relu } } }\nsection d { fc(3) }'),
    "towers": net(
        "towers on a, b, c, d { c1 = conv(8, 3x3) -> relu\nexchange\nf = fc(20) }\nfc(10) on a",
        "device a, b, c, d\ninput image: 3x9x9",
    ),
    "devices": net(
        "\n".join(f"x{i} = fc({i + 3}) on d{i}" for i in range(8)),
        f"device {', '.join(f'd{i}(memory = {i + 1}GB)' for i in range(8))}\ninput x: 3",
    ),
    "crossings": net(
        """
        x0 = add(in0, in1) on d3
        x1 = add(x0, in2) on d1
        x2 = add(in1, in2) on d0
        x3 = add(in1, x1) on d1
        x5 = add(x2, x1) on d3
        x8 = add(x3, x5) on d0
        x10 = add(x5, x8) on d0
        x11 = x8 -> conv(4, 3x3, pad = 1) on d1
        x16 = add(x10, x1) on d1
        y2 = in0 -> relu on d2
        end = add(x11, x16, y2) on d0
        """,
        "device d0, d1, d2, d3\ninput in0: 4x8x8\ninput in1: 4x8x8\ninput in2: 4x8x8",
    ),
    "no words": net("fc(3)", 'about { title = " "\nauthors = ""\nidea "" }\ninput x: 4'),
    "odd words": net("fc(3)", 'about { title = "a\\nb\\tc 🚀 שלום \u202e 神 <&> $%_^~{}"\nidea "x\\ny" }\ninput x: 4'),
    "many words": net("fc(3)", f'about {{ title = "{"word " * 200}"\nauthors = "{"n" * 2000}" }}\ninput x: 4'),
}
LIGHT = load_theme("light")
ANY_NET = ("blocks", "lanes", "volumes", "lenet", "table")
FOLDS: tuple[Fold, ...] = ("none", "all")
"""The most and the least detail; `auto`, between them, is what is asked for on odd pages."""
ODD_PAGES = ("0.5x0.5in", "40x1in", "1x30in")
ON_ODD_PAGES = ("one layer", "vectors", "long names", "sections", "towers", "odd words")


def check(scene: Scene, graph: Graph) -> None:
    """Every node is in one group that says what it is, and all shapes have a place, a size and something to say."""
    shown = Counter(node for group in scene.groups() for node in group.stands_for)
    assert shown == Counter(node.name for node in graph.nodes)
    assert all(group.title for group in scene.groups() if group.stands_for)
    assert min(scene.width, scene.height) > 0
    assert all(map(isfinite, (scene.width, scene.height)))
    for _, shape in scene.leaves():
        assert all(isfinite(number) for number in numbers(shape)), shape
    for text in scene.texts():
        assert text.size > 0
        assert text.text.strip(), text
        assert not set(text.text) & set("\n\r\t"), text


def numbers(shape: Shape) -> list[float]:
    """The numbers of a leaf."""
    found = [value for value in shape if isinstance(value, int | float)]
    return [*found, *(number for point in getattr(shape, "points", ()) for number in point)]


def drawn(style: str, graph: Graph, target: str, options: Options) -> Scene | None:
    """The scene, or None where the style refuses the net and says what to do instead."""
    try:
        return figure(graph, Look(style=style, target=target, options=options)).scene
    except Problem as problem:
        if style in ANY_NET or problem.diagnostic.code != "E903" or not problem.diagnostic.hint:
            raise
        return None


@pytest.mark.parametrize(("style", "name"), list(product(STYLES, NETS)))
def test_any_net_is_drawn_whole_or_refused_with_a_hint(style: str, name: str) -> None:
    for fold in FOLDS:
        if scene := drawn(style, NETS[name], "slide", Options(fold=fold)):
            check(scene, NETS[name])


@pytest.mark.parametrize(("style", "name"), list(product(STYLES, ON_ODD_PAGES)))
def test_pages_of_any_shape_are_kept_to(style: str, name: str) -> None:
    heeded = style_of(style).heeds
    loud = {"labels": tuple(FIELDS), "colour": "device", "scale_note": True}
    options = Options(**{key: value for key, value in loud.items() if key in heeded})  # type: ignore[arg-type]
    for target in ODD_PAGES:
        page = page_of(target)
        if scene := drawn(style, NETS[name], target, options):
            check(scene, NETS[name])
            assert scene.width <= page.width + 0.01
            assert scene.height <= page.height + 0.01


@pytest.mark.parametrize("style", [style for style in STYLES if "scale_note" in style_of(style).heeds])
def test_what_stands_around_a_slender_figure_is_within_the_page(style: str) -> None:
    scene = drawn(style, NETS["vectors"], "1x30in", Options(scale_note=True, heading=False))
    assert scene
    assert [finding for finding in lint(scene, LIGHT, page_of("1x30in")) if finding.law == "outside-canvas"] == []


def test_wires_pass_rows_of_the_page_on_which_a_device_has_nothing() -> None:
    scene = drawn("lenet", NETS["crossings"], "slide-half", Options(labels=("name",)))
    assert scene
    check(scene, NETS["crossings"])


@pytest.mark.parametrize("direction", ["down", "right"])
def test_wires_to_transfers_end_on_layers_without_text(direction: Direction) -> None:
    graph = load((ROOT / "specs/alexnet.net").read_text(), "AlexNet")
    options = Options(labels=(), colour="cost", direction=direction)
    fitted = figure(graph, Look(target="paper-2col", options=options))
    assert [finding for finding in lint(fitted.scene, LIGHT, page_of("paper-2col")) if "wire" in finding.law] == []


def test_volumes_of_flat_maps_are_reached_by_their_wires() -> None:
    graph = net(
        "a = conv(4, 1x1)\nb = x -> conv(4, 1x1)\nc = concat(a, b, x)\nadd(c, c -> conv(12, 1x1))", "input x: 4x1x5000"
    )
    scene = drawn("volumes", graph, "slide", Options())
    assert scene
    assert [finding for finding in lint(scene, LIGHT, page_of("slide")) if "wire" in finding.law] == []
