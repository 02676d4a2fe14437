"""PPTX: opened again, its shapes are native, named and glued; LibreOffice shows them in their places."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from figure_nets import NETS, random_nets
from figure_samples import THEME, alexnet, everything, hostile
from hypothesis import given, settings
from hypothesis.strategies import floats, sampled_from
from pptx import Presentation
from pypdf import PdfReader

from netc.backends.figure import Look, figure, write
from netc.backends.figure.scene import Path as Line
from netc.backends.figure.scene import Point, Scene
from netc.backends.figure.writers.connectors import Connector, connector, straight, tip_of, without_needless
from netc.backends.figure.writers.writer import Output
from netc.compiler import Problem, load

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"


def opened(*scenes: Scene, output: Output | None = None) -> Any:
    return Presentation(io.BytesIO(write(scenes, THEME, "pptx", output or Output())))


def shapes_of(slide: Any) -> Iterator[Any]:
    waiting = [*slide.shapes]
    while waiting:
        shape = waiting.pop()
        yield shape
        waiting += shape.shapes if shape.shape_type == 6 else ()


def groups_of(slide: Any) -> dict[str, Any]:
    return {shape.name: shape for shape in shapes_of(slide) if shape.shape_type == 6}


def description(shape: Any) -> str | None:
    found: str | None = shape._element.xpath(".//p:cNvPr")[0].get("descr")
    return found


def test_slides_are_wide_and_their_layouts_too() -> None:
    presentation = opened(everything())
    assert (presentation.slide_width.inches, presentation.slide_height.inches) == pytest.approx((13.333, 7.5), abs=1e-3)
    rights = [place.left + place.width for layout in presentation.slide_layouts for place in layout.placeholders]
    assert 0.9 * presentation.slide_width < max(rights) <= presentation.slide_width


def test_one_slide_per_figure_with_its_title_in_the_notes() -> None:
    slides = opened(everything(), alexnet()).slides
    assert len(slides) == 2
    notes = [slide.notes_slide.notes_text_frame.text.splitlines() for slide in slides]
    assert notes == [[scene.title, scene.description] for scene in (everything(), alexnet())]
    assert [slide.name for slide in slides] == ["Everything", "AlexNet"]


def test_every_layer_is_a_named_group_with_alternative_text() -> None:
    scene = alexnet()
    groups = groups_of(opened(scene).slides[0])
    nodes = [group for group in scene.groups() if group.part in ("layer", "input", "output", "transfer")]
    assert len(nodes) > 20
    for node in nodes:
        assert description(groups[node.name]) == node.title
        assert len(groups[node.name].shapes) == len(node.shapes)


@pytest.mark.parametrize("scene", [everything(), alexnet()], ids=["everything", "alexnet"])
def test_numbers_are_unique(scene: Scene) -> None:
    numbers = [shape.shape_id for shape in shapes_of(opened(scene).slides[0])]
    assert len(set(numbers)) == len(numbers)


def glued(shape: Any) -> tuple[int | None, int | None]:
    """The numbers of what a connector's ends are glued to."""
    ends = [shape._element.find(f".//{A}{name}") for name in ("stCxn", "endCxn")]
    start, end = (int(found.get("id")) if found is not None else None for found in ends)
    return start, end


@pytest.mark.parametrize("name", ["everything", *NETS])
def test_every_wire_is_glued_to_what_it_links(name: str) -> None:
    scene = everything() if name == "everything" else figure(load(NETS[name]), Look("blocks")).scene
    slide = opened(scene).slides[0]
    groups = groups_of(slide)
    inside = {key: {shape.shape_id for shape in group.shapes} for key, group in groups.items()}
    wires = [group for group in scene.groups() if group.link and any(isinstance(s, Line) for s in group.shapes)]
    assert wires
    connectors: dict[str, list[tuple[int | None, int | None]]] = {}
    for shape in shapes_of(slide):
        if shape._element.tag == f"{P}cxnSp":
            connectors.setdefault(shape.name, []).append(glued(shape))
    for wire in wires:
        assert wire.link is not None
        starts = {start for start, _ in connectors[wire.title]}
        ends = {end for _, end in connectors[wire.title]}
        assert starts & inside[wire.link[0]]
        assert ends & inside[wire.link[1]]


def test_sites_exist_and_are_where_wires_end() -> None:
    """The number of a site counts in the outline's own list; its place is told by guides, as parts of the size."""
    slide = opened(everything()).slides[0]
    by_number = {shape.shape_id: shape for shape in shapes_of(slide)}
    found = 0
    for shape in by_number.values():
        for name, x, y in (("stCxn", "begin_x", "begin_y"), ("endCxn", "end_x", "end_y")):
            end = shape._element.find(f".//{A}{name}")
            if (
                end is None
                or shape.shape_type == 6
                or shape._element.find(f".//{A}prstGeom").get("prst") != "straightConnector1"
            ):
                continue
            found += 1
            place = site(by_number[int(end.get("id"))], int(end.get("idx")))
            assert place == pytest.approx((getattr(shape, x).pt, getattr(shape, y).pt), abs=0.1)
    assert found > 8


def site(shape: Any, index: int) -> Point:
    left, top, width, height = (value.pt for value in (shape.left, shape.top, shape.width, shape.height))
    sites = shape._element.findall(f".//{A}cxn/{A}pos")
    if not sites:
        round_sites = {0: (0.5, 0.0), 2: (0.0, 0.5), 4: (0.5, 1.0), 6: (1.0, 0.5)}
        is_round = shape._element.find(f".//{A}prstGeom").get("prst") == "ellipse"
        x, y = round_sites[index if is_round else 2 * index]
        return left + x * width, top + y * height
    assert len(sites) > 4
    guides = {guide.get("name"): guide.get("fmla").split() for guide in shape._element.iter(f"{A}gd")}
    parts = [int(guides[sites[index].get(axis)][2]) / int(guides[sites[index].get(axis)][3]) for axis in "xy"]
    return left + parts[0] * width, top + parts[1] * height


def test_arrow_heads_are_native() -> None:
    slide = opened(everything()).slides[0]
    wires = [group for group in everything().groups() if group.part == "wire"]
    heads = [shape for shape in shapes_of(slide) if shape._element.find(f"{P}spPr/{A}ln/{A}tailEnd") is not None]
    assert len(heads) == len(wires)
    polygons = [shape for shape in shapes_of(slide) if shape.name == "polygon"]
    assert len(polygons) == 3


def turned(made: Connector) -> list[Point]:
    """The points of a ready-made connector as the standard defines it: mirrored, then turned around its middle."""
    width, height = made.width, made.height
    bent = [(0.0, 0.0), (width / 2, 0.0), (width / 2, height), (width, height)]
    points = bent if made.preset == "bentConnector3" else [bent[0], bent[-1]]
    found = []
    for x, y in points:
        across = (width - x if made.flip_h else x) - width / 2
        down = (height - y if made.flip_v else y) - height / 2
        across, down = (-down, across) if made.quarter else (across, down)
        found.append((made.x + width / 2 + across, made.y + height / 2 + down))
    return found


LENGTHS = floats(-300, 300).filter(lambda value: abs(value) > 1)


@given(LENGTHS, LENGTHS, sampled_from([0, 1]))
def test_elbows_have_the_points_of_the_wire(along: float, aside: float, axis: int) -> None:
    level = [(7.0, 9.0), (7 + along / 2, 9.0), (7 + along / 2, 9 + aside), (7 + along, 9 + aside)]
    points = [(y, x) for x, y in level] if axis else level
    leaves = ("bottom" if along > 0 else "top") if axis else ("right" if along > 0 else "left")
    reaches = {"bottom": "top", "top": "bottom", "left": "right", "right": "left"}[leaves]
    made = connector(points, (leaves, reaches))  # type: ignore[arg-type]
    assert made is not None
    for found, expected in zip(turned(made), points, strict=True):
        assert found == pytest.approx(expected)
    assert connector(points, (None, None)) is None


@given(LENGTHS, LENGTHS)
def test_straight_connectors_have_the_points_of_the_wire(across: float, down: float) -> None:
    made = straight((1, 2), (1 + across, 2 + down))
    assert turned(made)[0] == pytest.approx((1, 2))
    assert turned(made)[1] == pytest.approx((1 + across, 2 + down))


def test_wires_that_no_program_draws_alike_are_no_elbows() -> None:
    off_half = [(0, 0), (10, 0), (10, 50), (100, 50)]
    often = [(0, 0), (10, 0), (10, 50), (100, 50), (100, 90)]
    slanted = [(0, 0), (10, 1), (10, 50), (20, 50)]
    for points in (off_half, often, slanted):
        assert connector(points, ("right", "left")) is None


def test_points_at_which_a_line_does_not_turn_are_left_out() -> None:
    assert without_needless([(0, 0), (1, 0), (1, 0), (5, 0), (5, 3)]) == ((0, 0), (5, 0), (5, 3))


def test_only_a_triangle_ahead_is_an_arrow_head() -> None:
    line = [(0, 0), (10, 0)]
    assert tip_of(line, [(12, 0), (8, 2), (8, -2)]) == (12, 0)
    assert tip_of(line, [(8, 2), (12, 0), (8, -2)]) == (12, 0)
    assert tip_of(line, [(10, 10), (12, 12), (14, 10)]) is None
    assert tip_of(line, [(12, 0), (8, 2), (8, -2), (9, 0)]) is None
    assert tip_of([(1, 1), (1, 1)], [(12, 0), (8, 2), (8, -2)]) is None


def test_a_figure_larger_than_the_slide_makes_the_slide_larger() -> None:
    large = everything()._replace(width=1500, height=600)
    assert [side.pt for side in (opened(large).slide_width, opened(large).slide_height)] == [1500, 600]
    with pytest.raises(Problem, match="57 x 8 inches"):
        write([everything()._replace(width=57 * 72)], THEME, "pptx")


def test_a_background_is_the_slides() -> None:
    slide = opened(everything(), output=Output("#123456")).slides[0]
    assert str(slide.background.fill.fore_color.rgb) == "123456"


def test_the_archive_has_no_dates_and_nothing_of_the_template() -> None:
    with zipfile.ZipFile(io.BytesIO(write([everything()], THEME, "pptx"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        names = archive.namelist()
        assert archive.testzip() is None
    assert len(set(names)) == len(names)
    assert not [name for name in names if "thumbnail" in name or "printerSettings" in name]


def test_properties_tell_what_the_figure_is() -> None:
    said, scene = opened(alexnet()).core_properties, alexnet()
    assert (said.title, said.subject, said.author) == (scene.title, scene.description, "netc")
    assert said.keywords == f"written by netc, graph {scene.digest}"


@settings(max_examples=10)
@given(random_nets())
def test_random_nets_open_again(source: str) -> None:
    scene = figure(load(source), Look("blocks")).scene
    named = {group.name for group in scene.groups() if group.part == "layer"}
    assert named <= set(groups_of(opened(scene).slides[0]))


def test_libreoffice_shows_every_text_in_its_place(tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    scene = alexnet()
    (tmp_path / "figure.pptx").write_bytes(write([scene, hostile()], THEME, "pptx"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "figure.pptx"]
    subprocess.run(command, check=True, cwd=tmp_path, capture_output=True, timeout=300)
    pages = PdfReader(tmp_path / "figure.pdf").pages
    assert [(float(page.mediabox.width), float(page.mediabox.height)) for page in pages] == [
        pytest.approx((960, 540), abs=1)
    ] * 2
    words = pages[0].extract_text()
    assert all(text.text in words for text in scene.texts())
