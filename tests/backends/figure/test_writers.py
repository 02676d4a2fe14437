"""What all writers have in common: the same positions, the same bytes every time, and the graph's hash."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from figure_nets import NETS
from figure_samples import DIGEST, FORMATS, HOSTILE, THEME, alexnet, everything, hostile
from pptx import Presentation
from pypdf import PdfReader
from pypdf.generic import ContentStream

from netc.backends import BACKENDS
from netc.backends import load as load_backend
from netc.backends.figure import ALIASES, Look, draw, format_of, has_pages, lacking, text, write
from netc.backends.figure.scene import Rectangle, Scene, Text
from netc.backends.figure.stamp import digest_of
from netc.backends.figure.transform import Move
from netc.backends.figure.writers.strokes import shown, start_of, steps
from netc.backends.figure.writers.writer import Output
from netc.backends.files import may_replace
from netc.compiler import Problem, load

CLOSE = 0.1
"""Points."""
BLOCKS = Look("blocks")
Places = list[tuple[float, ...]]


def boxes_of(scene: Scene) -> Places:
    return [(s.x, s.y, s.width, s.height) for _, s in scene.leaves() if isinstance(s, Rectangle)]


def texts_of(scene: Scene) -> list[tuple[str, float, float]]:
    """Texts with where they begin on the baseline."""
    return [(shown(word.text), start_of(word), word.y) for word in scene.texts()]


def same(found: Places, expected: Places) -> bool:
    return len(found) == len(expected) and all(
        one == pytest.approx(other, abs=CLOSE) for one, other in zip(found, expected, strict=True)
    )


SCENES = pytest.mark.parametrize("scene", [alexnet(), everything()], ids=["alexnet", "everything"])


@SCENES
def test_positions_in_pdf(scene: Scene) -> None:
    page = PdfReader(io.BytesIO(write([scene], THEME, "pdf"))).pages[0]
    assert [float(side) for side in page.mediabox] == pytest.approx([0, 0, scene.width, scene.height], abs=CLOSE)
    operations = ContentStream(page["/Contents"], page.pdf).operations
    plain = [[float(value) for value in values] for values, name in operations if name == b"re"]
    expected = [
        (s.x, scene.height - s.y - s.height, s.width, s.height)
        for _, s in scene.leaves()
        if isinstance(s, Rectangle) and not s.corner
    ]
    assert same([tuple(place) for place in plain], expected)
    found: list[tuple[str, float, float]] = []

    def visit(words: str, _: object, matrix: list[float], *rest: object) -> None:
        if words.strip():
            found.append((words.strip(), matrix[4], scene.height - matrix[5]))

    page.extract_text(visitor_text=visit)
    expected_texts = [(words.strip(), x, y) for words, x, y in texts_of(scene)]
    assert [words for words, *_ in found] == [words for words, *_ in expected_texts]
    assert same([place for _, *place in found], [place for _, *place in expected_texts])  # type: ignore[misc]


@SCENES
def test_positions_in_tikz(scene: Scene) -> None:
    source = write([scene], THEME, "tex").decode()
    number = r"(-?[\d.]+)"
    corners = re.findall(rf"\\(?:draw|fill)\[.*\({number},{number}\) rectangle \({number},{number}\);", source)
    found = [(x, y, x2 - x, y2 - y) for x, y, x2, y2 in (map(float, corner) for corner in corners)]
    assert same(found, boxes_of(scene))
    nodes = re.findall(rf"\\node\[anchor=base ?(west|east|),.*?\] at \({number},{number}\)", source)
    anchors = {"west": "start", "": "middle", "east": "end"}
    assert [anchors[anchor] for anchor, *_ in nodes] == [word.anchor for word in scene.texts()]
    assert same([(float(x), float(y)) for _, x, y in nodes], [(word.x, word.y) for word in scene.texts()])


@SCENES
def test_positions_in_pptx(scene: Scene) -> None:
    presentation = Presentation(io.BytesIO(write([scene], THEME, "pptx")))
    right, down = (960 - scene.width) / 2, (540 - scene.height) / 2
    moved = scene._replace(shapes=Move(1, right, down).shapes(scene.shapes))
    waiting = [*presentation.slides[0].shapes]
    boxes: Places = []
    texts: list[tuple[str, float, float]] = []
    sizes = {shown(word.text): word.size for word in scene.texts()}
    while waiting:
        shape = waiting.pop(0)
        place = [length.pt for length in (shape.left, shape.top, shape.width, shape.height)]
        if shape.shape_type == 6:
            waiting = [*shape.shapes, *waiting]
        elif shape.name == "rectangle":
            boxes.append(tuple(place))
        elif shape.has_text_frame and shape.text_frame.text:
            words = shape.text_frame.text
            middle = place[1] + place[3] / 2
            texts.append((words, place[0], middle + (text.ASCENT - text.DESCENT) / 2 * sizes[words]))
    assert same(boxes, boxes_of(moved))
    assert [words for words, *_ in texts] == [words for words, *_ in texts_of(moved)]
    assert same([place for _, *place in texts], [place for _, *place in texts_of(moved)])  # type: ignore[misc]


def test_the_same_bytes_whatever_the_hash_seed() -> None:
    script = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1])\n"
        "from figure_samples import FORMATS, THEME, alexnet, everything\n"
        "from netc.backends.figure import write\n"
        "scenes = alexnet(), everything()\n"
        "for f in FORMATS:\n"
        "    for s in scenes: print(f, hashlib.sha256(write([s], THEME, f)).hexdigest())\n"
    )
    command = [sys.executable, "-c", script, str(Path(__file__).parents[2])]
    said = [
        subprocess.run(
            command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert len(said[0].splitlines()) == 2 * len(FORMATS)


def test_every_writer_is_tested() -> None:
    found = {name.rpartition(".")[2] for name in BACKENDS if name.startswith("figure.writers.")}
    assert found == set(FORMATS)


@pytest.mark.parametrize("format", FORMATS)
def test_every_figure_carries_the_hash_of_its_graph(format: str) -> None:
    graph = load(NETS["alexnet"])
    assert digest_of(draw(graph, BLOCKS, format), format) == graph.digest
    assert digest_of(write([everything()._replace(digest="")], THEME, format), format) is None


@pytest.mark.parametrize("format", FORMATS)
def test_several_graphs_in_one_file(format: str) -> None:
    other = "f" * 16
    pages = [everything(), everything()._replace(digest=other), everything()]
    if has_pages(format):
        assert digest_of(write(pages, THEME, format), format) == f"{DIGEST} {other}"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"%PDF-1.4\n", os.urandom(64)], ids=["none", "zip", "pdf", "odd"]
)
def test_other_files_carry_no_hash(content: bytes, format: str) -> None:
    assert digest_of(content, format) is None


def test_other_endings_carry_no_hash() -> None:
    assert digest_of(write([everything()], THEME, "svg"), "gv") is None


def test_a_zip_without_properties_carries_no_hash() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x", f"written by netc, graph {DIGEST}")
    assert digest_of(file.getvalue(), "pptx") is None


def test_a_title_cannot_pretend_to_be_the_mark() -> None:
    title = f"/Keywords (written by netc, graph {'f' * 16}) --> %"
    scene = everything()._replace(title=title, description=title)
    for format in FORMATS:
        assert digest_of(write([scene], THEME, format), format) == DIGEST


@pytest.mark.parametrize("format", FORMATS)
def test_figures_of_netc_may_be_replaced(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{format}"
    assert may_replace(path)
    path.write_bytes(draw(load(NETS["alexnet"]), BLOCKS, format))
    assert may_replace(path)
    path.write_bytes(path.read_bytes().replace(b"by netc", b"by hand"))
    assert not may_replace(path)


def test_a_presentation_that_was_edited_is_its_authors(tmp_path: Path) -> None:
    path = tmp_path / "x.pptx"
    path.write_bytes(write([everything()], THEME, "pptx"))
    Presentation(str(path)).save(str(path))
    assert not may_replace(path)
    assert digest_of(path.read_bytes(), "pptx") == DIGEST


@pytest.mark.parametrize("format", FORMATS)
def test_hostile_texts_are_data(format: str) -> None:
    made = write([hostile()], THEME, format)
    assert digest_of(made, format) == DIGEST
    if format == "pdf":
        assert PdfReader(io.BytesIO(made)).metadata.title == shown(HOSTILE)  # type: ignore[union-attr]
    if format == "pptx":
        slide = Presentation(io.BytesIO(made)).slides[0]
        (group,) = slide.shapes
        assert [group.name, group.shapes[1].text_frame.text] == [shown(HOSTILE)] * 2
        assert slide.notes_slide.notes_text_frame.text.startswith(shown(HOSTILE))


def test_shown_keeps_letters_and_nothing_that_acts() -> None:
    assert shown("Größe 卷 😀 α→") == "Größe 卷 😀 α→"
    assert shown("a\nb\tc") == "a b c"
    assert shown("\x00\x7f\x9f\ud800\ufffe\u202e\u2066") == "\ufffd" * 7


@pytest.mark.parametrize(
    ("format", "boxes"), [("svg", ""), ("pptx", ""), ("pdf", "卷😀"), ("png", "卷😀"), ("tex", "Ж卷😀")]
)
def test_letters_that_are_missing_are_told(format: str, boxes: str) -> None:
    scene = Scene(99, 99, "", "", (Text(0, 20, "né × → α Ж 卷 😀 卷", 9, "heading"),))
    assert lacking([scene], format) == boxes
    assert write([scene], THEME, format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_background_is_a_colour(format: str) -> None:
    scene = everything()
    assert write([scene], THEME, format, Output("#123456")) != write([scene], THEME, format)
    with pytest.raises(Problem, match="unknown background"):
        write([scene], THEME, format, Output('red"/><script>'))


@pytest.mark.parametrize("format", FORMATS)
def test_several_figures_are_several_pages(format: str) -> None:
    assert has_pages(format) == (format in ("pdf", "tex", "pptx", "beamer"))


def test_aliases_lead_to_formats() -> None:
    assert format_of("tikz") == "tex"
    assert {format_of(name) for name in ALIASES} <= set(FORMATS)
    with pytest.raises(Problem, match="unknown format"):
        format_of("bmp")


def test_steps_are_balanced() -> None:
    depth = 0
    for shape in steps(everything()):
        depth += -1 if shape is None else hasattr(shape, "part")
        assert depth >= 0
    assert depth == 0


def test_lines_without_width_are_not_drawn() -> None:
    """In PDF a line of no width would be the thinnest that the printer has."""
    thin = THEME._replace(roles={role: paint._replace(width=0) for role, paint in THEME.roles.items()})
    page = PdfReader(io.BytesIO(write([everything()], thin, "pdf"))).pages[0]
    operators = {name for _, name in ContentStream(page["/Contents"], page.pdf).operations}
    assert not operators & {b"S", b"s", b"B", b"B*", b"b", b"b*"}
    assert load_backend("figure.writers.svg").write([everything()], thin, Output()).count(b"stroke=") == 0
