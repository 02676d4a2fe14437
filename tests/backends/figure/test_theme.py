"""Themes: every role has a look that can be read, and a wrong theme says what is wrong, and where."""

from __future__ import annotations

import os
from itertools import combinations, pairwise
from math import dist
from pathlib import Path

import pytest
from figure_nets import NETS

from netc.backends.figure import Look, figure
from netc.backends.figure import theme as themes
from netc.backends.figure.contrast import GRAPHICS, TEXT, contrast, luminance
from netc.backends.figure.roles import GROUPS
from netc.backends.figure.theme import (
    BOX_ROLES,
    COST_ROLES,
    DEVICE_ROLES,
    FOLDER,
    LAYER_ROLES,
    MARK_ROLES,
    ROLES,
    TEXT_ROLES,
    THEMES,
    WIRE_ROLES,
    Paint,
    Theme,
    load,
    parse,
)
from netc.backends.figure.theme_file import HATCHES, LARGEST
from netc.compiler import Problem, render
from netc.compiler import load as load_net

LIGHT = (FOLDER / "light.toml").read_text(encoding="utf-8")

OKABE_ITO = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
"""Okabe and Ito, Color universal design (2008), without black."""
GREYER = 1.2
"""Contrast of two greys that are told apart side by side."""


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    return load(request.param)


def surfaces(theme: Theme) -> list[str]:
    """What boxes, wires and texts stand on."""
    fills = [theme.roles[role].fill for role in ("lane", "section", "repeat")]
    return [theme.paper, *(fill for fill in fills if fill)]


def problem_of(text: str) -> str:
    """The diagnostic of a wrong theme, as users see it."""
    with pytest.raises(Problem) as caught:
        parse("my.toml", text)
    assert caught.value.diagnostic.code == "E904"
    return render(caught.value.diagnostic)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_every_role_has_a_look_and_is_in_one_group(theme: Theme) -> None:
    assert set(theme.roles) == set(ROLES)
    assert set(ROLES) == {*BOX_ROLES, *WIRE_ROLES, *TEXT_ROLES}
    assert sorted(role for roles in GROUPS.values() for role in roles) == sorted(ROLES)


def test_text_can_be_read(theme: Theme) -> None:
    for role in BOX_ROLES:
        paint = theme.roles[role]
        for ground in [paint.fill] if paint.fill else surfaces(theme):
            assert contrast(paint.ink, ground) >= TEXT, (role, ground)
    for role in TEXT_ROLES:
        for ground in surfaces(theme):
            assert contrast(theme.roles[role].ink, ground) >= TEXT, (role, ground)
    for role in ("head", "row", "stripe"):
        for ground in ("head", "stripe"):
            assert contrast(theme.roles[role].ink, theme.roles[ground].fill or theme.paper) >= TEXT


def test_boxes_have_an_outline_that_holds_in_grey(theme: Theme) -> None:
    for role in (*LAYER_ROLES, *DEVICE_ROLES, *COST_ROLES, "input", "output", "transfer", "slab"):
        paint = theme.roles[role]
        assert paint.width >= 1, role
        assert paint.outline is not None
        for ground in [*surfaces(theme), paint.fill]:
            assert contrast(paint.outline, ground or theme.paper) >= GRAPHICS, (role, ground)


def test_lines_and_frames_stand_out(theme: Theme) -> None:
    for role in (*WIRE_ROLES, "kernel", "lane", "section", "repeat", *MARK_ROLES):
        paint = theme.roles[role]
        assert paint.width >= 1 or role == "hatch", role
        for ground in [theme.paper] if role == "lane" else surfaces(theme):
            assert contrast(paint.outline or paint.fill or "", ground) >= GRAPHICS, (role, ground)


def test_kernels_and_rays_stand_out_from_what_they_are_drawn_over(theme: Theme) -> None:
    for line in ("kernel", "ray"):
        for ground in ("plane", "bar", "slab"):
            pair = theme.roles[line].outline, theme.roles[ground].fill
            assert contrast(*(colour or theme.paper for colour in pair)) >= GRAPHICS, (line, ground)


def test_planes_and_bars_are_seen_without_an_outline(theme: Theme) -> None:
    for role in ("plane", "bar"):
        assert contrast(theme.roles[role].fill or theme.paper, theme.paper) >= 1.5, role


@pytest.mark.parametrize("name", sorted(set(THEMES) - {"paper"}))  # white boxes in the originals: words tell apart
def test_layers_can_be_told_apart(name: str) -> None:
    paints = [load(name).roles[role] for role in LAYER_ROLES]
    assert len({(paint.fill, paint.hatch) for paint in paints}) == len(paints)


def test_the_printed_roles_differ_in_grey_or_in_their_hatch() -> None:
    roles = load("print").roles
    for group in (LAYER_ROLES, DEVICE_ROLES):
        for one, other in combinations([roles[role] for role in group], 2):
            greys = contrast(one.fill or "", other.fill or "")
            assert one.hatch != other.hatch or greys >= GREYER, (one, other)


@pytest.mark.parametrize("name", ["print", "paper"])
def test_themes_without_colours_have_none(name: str) -> None:
    theme = load(name)
    colours = {colour for paint in theme.roles.values() for colour in (paint.fill, paint.outline) if colour}
    assert {colour for colour in colours if not colour[1:3] == colour[3:5] == colour[5:7]} == set()


def test_cost_goes_one_way_in_grey(theme: Theme) -> None:
    ramp = [luminance(theme.roles[role].fill or "") for role in COST_ROLES]
    light = ramp[0] > ramp[-1]
    assert ramp == sorted(ramp, reverse=light)
    assert all((max(pair) + 0.05) / (min(pair) + 0.05) >= GREYER for pair in pairwise(ramp))


def test_the_hues_of_the_light_theme_are_those_that_colour_blind_readers_can_tell_apart() -> None:
    fills = {load("light").roles[role].fill or "" for role in LAYER_ROLES}
    greys = {fill for fill in fills if fill[1:3] == fill[3:5] == fill[5:7]}
    assert fills - greys <= OKABE_ITO
    assert len(greys) <= 3


DEFICIENCIES = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What is seen of linear RGB: Machado, Oliveira and Fernandes, "A physiologically-based model" (2009), severity 1."""


def seen(colour: str, deficiency: str) -> tuple[float, float, float]:
    """CIELAB coordinates (white D65) of an sRGB colour as it is seen with a deficiency."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    red, green, blue = (
        min(max(sum(part * channel for part, channel in zip(row, linear, strict=True)), 0), 1)
        for row in DEFICIENCIES[deficiency]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("roles", [LAYER_ROLES, DEVICE_ROLES], ids=["layers", "devices"])
@pytest.mark.parametrize("name", ["light", "dark"])
def test_fills_differ_for_colour_blind_readers(name: str, roles: tuple[str, ...], deficiency: str) -> None:
    fills = {role: load(name).roles[role].fill or "" for role in roles}
    for one, other in combinations(roles, 2):
        difference = dist(seen(fills[one], deficiency), seen(fills[other], deficiency))
        assert difference >= 8, (one, other, difference)  # 2.3 is just noticeable side by side


def test_the_dark_theme_is_dark() -> None:
    theme = load("dark")
    assert luminance(theme.paper) < 0.01
    assert all(luminance(theme.roles[role].outline or "") > 0.5 for role in LAYER_ROLES)


def test_every_file_is_a_theme_that_can_be_asked_for() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == sorted(THEMES)


def test_a_user_s_theme_is_a_few_lines(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('extends = "light"\n[palette]\norange = "#ffaa11"\n[groups]\nlayers = { width = 2 }\n')
    mine, light = load(str(file)), load("light")
    assert mine.roles["convolution"] == Paint("#FFAA11", light.roles["convolution"].outline, "#000000", 2)
    assert mine.roles["dense"] == light.roles["dense"]._replace(width=2)
    assert mine.roles["device1"].fill == "#FFAA11"
    assert mine.roles["wire"] == light.roles["wire"]


def test_a_role_wins_over_its_group_and_both_over_what_is_extended() -> None:
    text = 'extends = "light"\n[groups]\nlayers = { fill = "sky", ink = "line" }\n[roles]\ndense = { fill = "none" }\n'
    roles = parse("my.toml", text).roles
    assert roles["convolution"].fill == roles["activation"].fill == "#56B4E9"
    assert roles["dense"].fill is None
    assert roles["dense"].ink == "#1E1E1E"


def test_a_file_is_found_by_its_slash_or_ending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("mine.toml", "mine"):
        Path(name).write_text('extends = "dark"')
    assert load("mine.toml").roles == load("./mine").roles == load("dark").roles
    with pytest.raises(Problem) as caught:
        load("mine")
    assert caught.value.diagnostic.code == "E901"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ('paper      = "#FFFFFF"', 'paper = "white"', 5, "the colour `paper` is 'white'"),
        ("[palette]", '[pallete]\nx = 1\n[palette]', 4, "a theme has no key `pallete`"),
        ('fill = "orange"', "fill = 7", 32, "`fill` of `convolution` is 7"),
        ('fill = "orange"', 'fill = "ornge"', 32, "`fill` of `convolution` is 'ornge'"),
        ('fill = "orange"', 'full = "orange"', 32, "a theme has no value `full`"),
        ('fill = "orange"', 'fill = "orange", ink = "none"', 32, "`ink` of `convolution` is 'none'"),
        ('fill = "orange"', 'fill = "orange", hatch = "dotted"', 32, "`hatch` of `convolution` is 'dotted'"),
        ('fill = "orange"', 'fill = "orange", width = "1"', 32, "`width` of `convolution` is '1'"),
        ('fill = "orange"', 'fill = "orange", width = true', 32, "`width` of `convolution` is True"),
        ('fill = "orange"', 'fill = "orange", width = inf', 32, "`width` of `convolution` is inf"),
        ('fill = "orange"', 'fill = "orange", width = -1', 32, "`width` of `convolution` is -1"),
        ("convolution  ", "convlution  ", 32, "a theme has no role `convlution`"),
        ("layers    = {", "layer    = {", 22, "a theme has no group `layer`"),
        ("dense          = { fill = \"green\" }", "dense = 3", 34, "`dense` is 3"),
        ("[roles]", "[roles", 31, "this is not TOML: Expected ']' at the end of a table declaration"),
        ('green      = "#009E73"', 'grene = "#009E73"', 34, "`fill` of `dense` is 'green'"),
        ('green      = "#009E73"', 'green = "#009E73"\nhues = "#009E73"', 13, "no role has the colour `hues`"),
    ],
)  # fmt: skip
def test_a_wrong_theme_says_what_is_wrong_and_where(old: str, new: str, line: int, message: str) -> None:
    assert old in LIGHT
    shown = problem_of(LIGHT.replace(old, new, 1))
    assert f"error[E904]: {message}" in shown
    assert f"--> my.toml:{line}:" in shown


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('[roles]\nconvlution = { fill = "#000000" }', "did you mean `convolution`?"),
        ('extends = "lihgt"', "did you mean `light`?"),
        ('extends = "light"\n[palette]\nornge = "#000000"', "did you mean `orange`?"),
        ('extends = "light"\n[roles]\ndense = { hatch = "risng" }', "did you mean `rising`?"),
        ('extends = "light"\n[roles]\ndense = { fil = "sky" }', "did you mean `fill`?"),
        ('extends = "light"\n[roles]\ndense = { fill = "skye" }', "did you mean `sky`?"),
    ],
)
def test_what_is_near_is_suggested(text: str, hint: str) -> None:
    assert hint in problem_of(text)


def test_a_theme_that_lacks_a_role_says_which() -> None:
    text = "\n".join(line for line in LIGHT.splitlines() if not line.startswith(("heading ", "remark ")))
    assert "lacks the roles heading, remark" in problem_of(text)


def test_a_theme_that_extends_itself_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / f"{name}.toml").write_text(f'extends = "{other}"')
    monkeypatch.setattr(themes, "FOLDER", tmp_path)
    monkeypatch.setattr(themes, "THEMES", ("one", "two"))
    with pytest.raises(Problem, match="extends itself, through two, one"):
        load("one")


@pytest.mark.parametrize("name", ["/etc/passwd", "../light", "./light.toml", "my.toml"])
def test_a_theme_extends_nothing_but_themes_of_netc(name: str) -> None:
    assert f"the theme extends '{name}'" in problem_of(f'extends = "{name}"')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"#" * (LARGEST + 1), "is too large"),
        (b"\xff\xfe", "is not a text in UTF-8"),
        (b"a = " + b"[" * 30_000, "nests too deeply"),
        (b"", "lacks the roles convolution"),
    ],
)
def test_a_hostile_file_is_one_sentence(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_bytes(content)
    with pytest.raises(Problem, match=message) as caught:
        load(str(file))
    assert caught.value.diagnostic.code == "E904"


def test_what_is_no_file_is_one_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    for name, message in (
        ("none.toml", "No such file"),
        ("", "is not a file"),
        ("pipe.toml", "is not a file"),
        ("\0.toml", "null"),
    ):
        with pytest.raises(Problem, match=message) as caught:
            load(f"{tmp_path}/{name}")
        assert caught.value.diagnostic.code == "E904"


def test_every_hatch_can_be_asked_for() -> None:
    for hatch in HATCHES:
        text = f'extends = "light"\n[roles]\ndense = {{ hatch = "{hatch}" }}'
        assert parse("my.toml", text).roles["dense"].hatch == hatch


def test_a_theme_is_for_white_paper_unless_it_says_otherwise() -> None:
    assert parse("t", LIGHT.replace('paper      = "#FFFFFF"', "")).paper == "#FFFFFF"


def test_a_legend_is_left_out_where_layers_look_alike() -> None:
    graph = load_net(NETS["lenet5"])
    assert [name for name in THEMES if load(name).is_plain] == ["paper"]
    for name in THEMES:
        legends = [group for group in figure(graph, Look(theme=name)).scene.groups() if group.part == "legend"]
        assert bool(legends) is (name != "paper")
