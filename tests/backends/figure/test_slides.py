"""A talk: large text that never overflows, with the numbers and ideas of the graphs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from figure_nets import NETS

from netc.backends.figure import Look, Output, themes, write
from netc.backends.figure.geometry import area
from netc.backends.figure.lecture.badges import area_of
from netc.backends.figure.lecture.slides import slides
from netc.backends.figure.lecture.slides.comparison import LABELS, cells, compact, comparison
from netc.backends.figure.lecture.slides.drawing import styles_for
from netc.backends.figure.lecture.slides.page import BODY, ROOM, SMALL, wrapped
from netc.backends.figure.lecture.slides.title import depth
from netc.backends.figure.lint import lint
from netc.backends.figure.options import page_of
from netc.backends.figure.scene import Circle, Polygon, Rectangle, Scene, Text
from netc.backends.figure.text import ELLIPSIS, width
from netc.compiler import Graph, Problem, load

ROOT = Path(__file__).parents[3]
AUTO = Look("auto")
LENET, ALEXNET = load(NETS["lenet5"]), load(NETS["alexnet"])
MERGED = load(NETS["alexnet"], net="AlexNetMerged")


def wordy(ideas: int = 0, words: int = 12, long: int = 30) -> Graph:
    """A net of whom its author has much to say."""
    listed = "\n".join(f'    idea "idea {i}{" and words" * words}" {"still_used" * (i % 2)}' for i in range(ideas))
    facts = "\n".join(f'    {fact} = "{fact}{" is long" * long}"' for fact in ("title", "authors", "paper", "note"))
    url = f'    url = "https://example.org/{"without/any/space/" * long}"'
    return load(f"net Wordy {{\n  about {{\n{facts}\n{url}\n{listed}\n  }}\n  input a: 4\n  fc(4)\n}}\n")


def texts(scene: Scene) -> list[Text]:
    return [shape for _, shape in scene.leaves() if isinstance(shape, Text)]


def words(*scenes: Scene) -> str:
    return " ".join(text.text for scene in scenes for text in texts(scene))


def is_figure(page: Scene) -> bool:
    return any(group.stands_for for group in page.groups())


@pytest.mark.parametrize("name", sorted(NETS))
def test_the_figure_stands_between_title_and_legend(name: str) -> None:
    (page,) = filter(is_figure, slides([load(NETS[name])], AUTO))
    head, *figure = [group for group in page.groups() if group.part in ("heading", "layer", "input", "transfer")]
    assert area_of(head).bottom <= min(area_of(group).top for group in figure)
    below = [group for group in page.groups() if group.part in ("legend", "note")]
    foot = [shape for group in below for shape in group.shapes if isinstance(shape, Text) and shape.size == SMALL]
    assert foot
    assert max(area_of(group).bottom for group in figure) <= min(area(text).top for text in foot)


def test_pages_of_every_net_then_the_comparison() -> None:
    titles = [page.title for page in slides([LENET, ALEXNET], AUTO)]
    assert titles == [
        "LeNet-5", "LeNet-5 (1998)", "LeNet-5: key ideas",
        "AlexNet", "AlexNet (2012)", "AlexNet: key ideas", "Comparison",
    ]  # fmt: skip


def test_one_net_is_not_compared() -> None:
    titles = [page.title for page in slides([MERGED], AUTO)]
    assert titles == ["AlexNet on one device", "AlexNet on one device (2012)", "AlexNet on one device: key ideas"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [*sorted(NETS), "wordy"])
def test_nothing_overflows_or_overlaps(name: str, theme: str) -> None:
    graph = wordy(9) if name == "wordy" else load(NETS[name])
    look = Look("auto", theme)
    for page in slides([graph, LENET], look):
        assert (page.width, page.height) == (960, 540)
        if is_figure(page):
            continue  # its laws are held by its style's tests
        assert not lint(page, themes.load(theme), page_of("slide"))


def test_a_perceptron_is_drawn_as_neurons_with_as_many_units_as_the_slide_has_room_for() -> None:
    page = slides([load((ROOT / "examples/mlp.net").read_text())], AUTO)[1]
    units = [shape for _, shape in page.leaves() if isinstance(shape, Circle)]
    assert len(units) > 4 * 6
    assert min(text.size for text in texts(page)) >= 12 - 1e-6


def test_texts_are_large() -> None:
    for page in slides([LENET, ALEXNET, wordy(20)], AUTO):
        sizes = [text.size for text in texts(page)]
        assert min(sizes) >= (12 - 1e-6 if is_figure(page) else SMALL)
        assert max(sizes) >= BODY


def test_the_title_page_has_the_numbers() -> None:
    page = slides([ALEXNET], AUTO)[0]
    shown = [text.text for text in texts(page)]
    for expected in (f"{ALEXNET.total('parameters'):,}", f"{ALEXNET.total('macs'):,}", "8", "2"):
        assert expected in shown
    assert "A. Krizhevsky, I. Sutskever, G. Hinton, 2012" in shown
    assert ALEXNET.about.paper is not None
    assert ALEXNET.about.paper in words(page)


@pytest.mark.parametrize(("name", "expected"), [("alexnet", 8), ("lenet5", 5), ("residual", 18)])
def test_depth_is_that_of_the_literature(name: str, expected: int) -> None:
    assert depth(load(NETS[name])) == expected


def test_ideas_still_used_are_on_a_coloured_ground_and_say_so() -> None:
    page = slides([ALEXNET], AUTO)[2]
    rows = [group for group in page.groups() if group.part == "note"]
    assert [row.title for row in rows] == [idea.text for idea in ALEXNET.about.ideas]
    for row, idea in zip(rows, ALEXNET.about.ideas, strict=True):
        grounds = [shape.role for shape in row.shapes if isinstance(shape, Rectangle)]
        tags = [shape.text for shape in row.shapes if isinstance(shape, Text) and shape.text == "still used"]
        assert grounds == ["highlight"] * idea.still_used
        assert len(tags) == idea.still_used
    assert "4 of 6" in words(page)


def test_many_ideas_take_several_slides_of_about_one_length() -> None:
    pages = [page for page in slides([wordy(20, long=0)], AUTO) if "key ideas" in page.title]
    counts = [sum(group.part == "note" for group in page.groups()) for page in pages]
    assert sum(counts) == 20
    assert len(counts) > 1
    assert max(counts) - min(counts) <= 1
    assert pages[0].title.endswith(f"(1 of {len(pages)})")
    for number in range(20):
        assert f"idea {number} " in f"{words(*pages)} "


def test_few_ideas_are_larger_than_many() -> None:
    few, many = (slides([wordy(count, words=0)], AUTO)[2] for count in (2, 9))
    assert max(text.size for text in texts(many)[1:]) < max(text.size for text in texts(few)[1:])


def test_the_comparison_has_the_numbers_of_all_nets() -> None:
    page = slides([LENET, ALEXNET, MERGED], AUTO)[-1]
    shown = [text.text for text in texts(page)]
    for graph in (LENET, ALEXNET, MERGED):
        assert all(cell in shown for cell in cells(graph))
    assert f"{ALEXNET.total('activations'):,}" in shown
    assert set(LABELS) <= set(shown)
    assert page.digest.split() == [graph.digest for graph in (LENET, ALEXNET, MERGED)]


def test_rows_that_say_nothing_are_left_out() -> None:
    page = slides([load(NETS["far"]), load(NETS["unet"])], AUTO)[-1]
    shown = {text.text for text in texts(page)}
    assert set(LABELS) - shown == {"year", "ideas still used"}


def test_the_legend_has_what_is_drawn() -> None:
    """Of a long net blocks are drawn as boxes, which no layer is."""
    (page,) = filter(is_figure, slides([load("zoo:resnet")], AUTO))
    roles = {shape.role for _, shape in page.leaves() if not isinstance(shape, Text)}
    assert "block" in roles
    assert "block" in {text.text for text in texts(page) if text.size == SMALL}


def test_many_nets_take_several_tables() -> None:
    graphs = [LENET] * 9
    pages = [page for page in slides(graphs, AUTO) if page.title.startswith("Comparison")]
    assert [words(page).count("LeNet-5") for page in pages] == [3, 3, 3]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0"), (1_814_073_344, "1,814,073,344"), (11_513_000_000, "11.51 G"), (2 * 10**13, "20 T")],
)
def test_compact(number: int, expected: str) -> None:
    assert compact(number) == expected


def test_counts_of_a_row_have_one_form() -> None:
    assert [compact(number, 15_470_000_000) for number in (15_470_000_000, 4_089_184_256, 341_000)] == [
        "15.47 G", "4.089 G", "341,000",
    ]  # fmt: skip


def test_styles_follow_from_the_graph() -> None:
    first = {name: styles_for(load(text))[0] for name, text in NETS.items()}
    assert first["lenet5"] == "lenet"
    assert first["alexnet"] == "alexnet"
    assert first["residual"] == first["unet"] == "volumes"
    assert styles_for(load("net N {\n  input a: 4\n  fc(4) -> relu\n}\n"))[0] == "neurons"
    assert all(styles_for(load(text))[-1] == "blocks" for text in NETS.values())


def test_a_style_that_is_asked_for_is_used() -> None:
    page = slides([LENET], Look("blocks"))[1]
    assert any(group.name == "C1" and group.part == "layer" for group in page.groups())
    with pytest.raises(Problem) as found:
        slides([LENET], Look("volume"))
    assert found.value.diagnostic.code == "E901"


@pytest.mark.parametrize("text", ["a b c", "word " * 40, "x" * 300, "one " + "y" * 200, "", "  \n ", "\x00\t文字"])
@pytest.mark.parametrize("most", [1, 2, 5])
def test_wrapped_lines_fit(text: str, most: int) -> None:
    lines = wrapped(text, 24, ROOM, most)
    assert 1 <= len(lines) <= most
    assert all(width(line, 24) <= ROOM for line in lines)
    letters = "".join("".join(lines).split())
    if not letters.endswith(ELLIPSIS):
        assert len(letters) == len("".join(text.split()))


def test_talks_are_written_with_pages(golden: Callable[[str, str], None]) -> None:
    pages = slides([LENET, ALEXNET], Look("blocks"))
    content = write(pages, themes.load("dark"), "pdf", Output(themes.load("dark").paper))
    assert content == write(pages, themes.load("dark"), "pdf", Output(themes.load("dark").paper))
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") == len(pages)
    places = {
        page.title: [[round(text.x, 1), round(text.y, 1), round(text.size, 1), text.text] for text in texts(page)]
        for page in pages if not is_figure(page)
    }  # fmt: skip
    golden("figure/slides.json", json.dumps(places, indent=1, ensure_ascii=False) + "\n")


def test_titles_that_fit_head_the_table_in_the_size_of_its_text() -> None:
    def sizes(*titles: str) -> set[float]:
        graphs = [graph_of(title) for title in titles]
        (table,) = [group for group in next(comparison(graphs)).groups() if group.title == "Comparison"]
        return {shape.size for shape in table.shapes if isinstance(shape, Text) and shape.role == "head"}

    def graph_of(title: str) -> Graph:
        return load(f'net A {{\n about {{ title = "{title}" }}\n input image: 1x2x2\n f = fc(2)\n}}')

    assert sizes("LeNet-5", "AlexNet") == {BODY}
    assert sizes("LeNet-5", "A network with a title that needs two lines or three in its column") == {SMALL}


def test_blocks_that_must_stay_closed_are_boxes_and_arrows() -> None:
    (page,) = filter(is_figure, slides([load((ROOT / "specs/resnet.net").read_text())], AUTO))
    shaded = [shape for _, shape in page.leaves() if isinstance(shape, Polygon) and shape.shade]
    assert not shaded, "no box has sides"
