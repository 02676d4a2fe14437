"""The lint of figures: a good scene holds every law, and each law can be broken."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from figure_nets import ROOT

from netc.backends.figure.lint import LISTED, lint, report
from netc.backends.figure.options import PAGES
from netc.backends.figure.scene import Circle, Group, Part, Path, Point, Polygon, Rectangle, Scene, Shape, Text
from netc.backends.figure.theme import load
from netc.cli import main

LIGHT, SLIDE = load("light"), PAGES["slide"]


def scene(*shapes: Shape) -> Scene:
    """A slide with two boxes and a wire between them, and more."""
    good = (box("a", 50, 100), box("b", 300, 100), wire("a", "b", (150, 120), (300, 120)))
    return Scene(960, 540, "", "", (*good, *shapes))


def box(name: str, x: float, y: float) -> Group:
    """A box of 100 x 40 pt with its name."""
    words = Text(x + 50, y + 24, name, 14, "convolution", anchor="middle")
    return Group("layer", (Rectangle(x, y, 100, 40, "convolution"), words), name, name)


def wire(source: str, target: str, *points: Point) -> Group:
    """A wire with an arrow head that points to the right."""
    x, y = points[-1]
    head = Polygon(((x, y), (x - 6, y - 3), (x - 6, y + 3)), "arrow")
    return Group("wire", (Path((*points[:-1], (x - 5, y)), "wire"), head), link=(source, target))


def text(x: float, y: float, words: str = "words", size: float = 14, role: str = "remark") -> Text:
    return Text(x, y, words, size, role)


def of(part: Part, *shapes: Shape, name: str = "") -> Group:
    return Group(part, shapes, name=name)


def frame(x: float, y: float, role: str = "section") -> Rectangle:
    return Rectangle(x, y, 90, 40, role)


def slanted(x: float) -> Group:
    """A box that leans to the right, 20 pt wide."""
    return of("layer", Polygon(((x, 300), (x + 20, 300), (x + 120, 400), (x + 100, 400)), "bar"), name=f"bar{x}")


def dark(x: float) -> Polygon:
    return Polygon(((x, 300), (x + 20, 300), (x + 120, 400), (x + 100, 400)), "arrow")


def small(name: str, x: float, y: float) -> Group:
    return of("layer", Rectangle(x, y, 20, 20, "merge"), name=name)


def ray(*points: Point) -> Path:
    return Path(points, "ray")


WORDS = text(500, 300)
SIDE = of("layer", Polygon(((500, 300), (520, 280), (520, 340), (500, 360)), "slab", shade=0.2), name="side")

GOOD: dict[str, tuple[Shape, ...]] = {
    "nothing else": (),
    "text beside all": (WORDS,),
    "lines of text": (WORDS, text(500, 314)),
    "a slanted line beside a text": (WORDS, ray((490, 320), (560, 303.2))),
    "a line that is hidden by the ground of a text": (ray((480, 295), (600, 295)), frame(490, 280), WORDS),
    "slanted boxes whose areas overlap": (slanted(500), slanted(530)),
    "a box in a lane, and one beside it": (of("lane", frame(490, 280)), small("c", 490, 280), small("d", 580, 280)),
    "a text beside a slanted shape whose area it is in": (dark(500), text(560, 330)),
    "planes of one stack": (of("layer", *(Rectangle(500 + i, 300 + i, 80, 80, "plane") for i in range(9))),),
    "a note on a box": (of("note", text(60, 114, "5", 12)),),
    "a wire that turns": (wire("a", "b", (100, 140), (100, 180), (250, 180), (250, 130), (300, 130)),),
    "a wire to the shaded side of a box": (SIDE, wire("b", "side", (400, 130), (450, 130), (450, 320), (510, 320))),
    "a cell without a line under a text": (Rectangle(510, 280, 10, 30, "row"), WORDS),
}

BAD: dict[str, tuple[str, tuple[Shape, ...]]] = {
    "smaller than the page asks for": ("small-text", (text(500, 300, size=11.9),)),
    "text over text": ("text-over-text", (WORDS, text(530, 308))),
    "crossed by a level line": ("text-crossed", (WORDS, ray((480, 295), (600, 295)))),
    "crossed by a ray": ("text-crossed", (WORDS, ray((480, 400), (560, 200)))),
    "crossed by a line before it": ("text-crossed", (ray((480, 400), (560, 200)), WORDS)),
    "crossed by a slanted bar": ("text-crossed", (slanted(500), text(520, 330))),
    "on the edge of a frame": ("text-crossed", (of("section", frame(490, 295)), WORDS)),
    "wider than its box": ("text-outside-box", (box("far too many words for it", 500, 300),)),
    "covered by a lane": ("text-covered", (WORDS, of("lane", frame(480, 280)))),
    "a heading over a box": ("text-over-box", (of("heading", text(60, 114, "of", 12)),)),
    "text of nothing over a box": ("text-over-box", (text(60, 114, "of", 12),)),
    "text beyond the right": ("outside-canvas", (text(930, 300),)),
    "text beyond the bottom": ("outside-canvas", (text(500, 539, "gap"),)),
    "an outline on the very edge": ("outside-canvas", (frame(500, 0, "slab"),)),
    "a circle beyond the left": ("outside-canvas", (Circle(3, 300, 10, "merge"),)),
    "boxes": ("overlapping-boxes", (box("c", 350, 139),)),
    "a box in a box": ("overlapping-boxes", (of("layer", Circle(70, 112, 8, "merge"), name="sum"),)),
    "slanted boxes": ("overlapping-boxes", (slanted(500), slanted(515))),
    "a box half in a lane": ("box-across-frame", (of("lane", frame(490, 280)), box("c", 480, 290))),
    "a wire that stops short": ("loose-wire", (wire("a", "b", (150, 130), (295, 130)),)),
    "a wire that begins beside its box": ("loose-wire", (wire("a", "b", (155, 130), (300, 130)),)),
    "a wire that ends in its box": ("loose-wire", (wire("a", "b", (150, 130), (315, 130)),)),
    "a wire to nowhere": ("loose-wire", (wire("a", "c", (150, 130), (300, 130)),)),
    "a wire of nothing": ("loose-wire", (of("wire", Path(((500, 300), (600, 300)), "wire")),)),
    "a wire with a loose part": (
        "loose-wire",
        (wire("a", "b", (150, 130), (300, 130))._replace(shapes=(Path(((150, 130), (200, 300)), "wire"),)),),
    ),
    "a wire through a box": (
        "wire-through-box",
        (small("m", 200, 125), wire("a", "b", (150, 130), (300, 130))),
    ),
    "wires on one another": (
        "shared-wire",
        (box("c", 50, 200), wire("c", "b", (150, 220), (200, 220), (200, 120.04), (300, 120.04))),
    ),
    "slanted wires on one another": (
        "shared-wire",
        (
            of("wire", Path(((150, 110), (300, 310)), "wire"))._replace(link=("a", "b")),
            of("wire", Path(((450, 510), (225, 210)), "wire"))._replace(link=("b", "a")),
        ),
    ),
    "text of nearly the colour of its ground": ("faint-text", (frame(490, 280, "bar"), WORDS)),
    "text partly on a dark ground": ("faint-text", (frame(520, 280, "arrow"), WORDS)),
    "a line of nearly the colour of its ground": (
        "faint-line",
        (frame(490, 280, "arrow"), ray((500, 300), (550, 310))),
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_allowed(name: str) -> None:
    assert lint(scene(*GOOD[name]), LIGHT, SLIDE) == []


@pytest.mark.parametrize("name", BAD)
def test_every_law_can_be_broken(name: str) -> None:
    law, shapes = BAD[name]
    assert law in {finding.law for finding in lint(scene(*shapes), LIGHT, SLIDE)}


def test_faint_colours_are_told_once_with_their_contrast() -> None:
    night = LIGHT._replace(paper="#222222")
    found = [finding for finding in lint(scene(WORDS, text(500, 400)), night, SLIDE) if finding.law == "faint-text"]
    assert [finding.sentence for finding in found] == [
        "text `words` and 1 more: #3C3C3C on #222222 is 1.4:1, less than 4.5:1"
    ]


def test_a_background_takes_the_place_of_the_paper() -> None:
    made = scene(WORDS)
    assert lint(made, LIGHT, SLIDE, "#FFFFFF") == []
    assert {finding.law for finding in lint(made, LIGHT, SLIDE, "#000000")} == {"faint-text", "faint-line"}


def test_a_broken_law_says_how_far() -> None:
    (finding,) = lint(scene(box("c", 350, 137)), LIGHT, SLIDE)
    assert finding.sentence == "layer b and layer c overlap by 3.0 pt"
    assert (finding.place.left, finding.place.top) == (300, 100)


def test_the_report_has_what_was_measured() -> None:
    made = scene(text(500, 300, size=11), text(930, 300))
    assert report(lint(made, LIGHT, SLIDE), made, SLIDE).splitlines() == [
        "960 x 540 pt, smallest text 11.0 pt (slide: at least 12 pt), 1 small-text, 1 outside-canvas",
        "  small-text: 1 text below 12 pt; `words` has 11.0 pt, at 500, 292",
        "  outside-canvas: a text of the figure is 7.3 pt outside, at 930, 290",
    ]
    assert report([], scene(), SLIDE) == "960 x 540 pt, smallest text 14.0 pt (slide: at least 12 pt), nothing found"
    assert report([], Scene(9, 9, "", "", ()), SLIDE) == "9 x 9 pt, no text, nothing found"


def test_a_long_report_counts_what_it_does_not_list() -> None:
    made = scene(*(text(955, 20 * i + 20) for i in range(LISTED + 5)))
    shown = report(lint(made, LIGHT, SLIDE), made, SLIDE).splitlines()
    assert f"{LISTED + 5} outside-canvas" in shown[0]
    assert len(shown) == LISTED + 2
    assert shown[-1] == "  and 5 more"


def test_the_command_prints_the_report_and_fails_where_something_is_found() -> None:
    spec = str(ROOT / "specs/lenet5.net")
    good = CliRunner().invoke(main, ["draw", spec, "--lint"])
    assert (good.exit_code, "nothing found" in good.stdout) == (0, True)
    black = CliRunner().invoke(main, ["draw", spec, "--lint", "--background", "black"])
    assert (black.exit_code, "faint-text: " in black.stdout) == (1, True)
    assert CliRunner().invoke(main, ["draw", spec, "--lint", "--background", "black", "--theme", "dark"]).exit_code == 0
