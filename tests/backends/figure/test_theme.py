"""Themes: every role has a look that can be read, and a wrong theme says what is wrong."""

from __future__ import annotations

import pytest

from netc.backends.figure.theme import (
    BOX_ROLES,
    FOLDER,
    LAYER_ROLES,
    ROLES,
    TEXT_ROLES,
    THEMES,
    WIRE_ROLES,
    Theme,
    ThemeError,
    load,
    parse,
)

LIGHT = (FOLDER / "light.toml").read_text(encoding="utf-8")

OKABE_ITO = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
"""Okabe and Ito, Color universal design (2008), without black."""

SURFACES = ("lane", "section")
"""What boxes and wires stand on, besides the page."""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str | None, other: str | None) -> float:
    """Contrast ratio as WCAG 2.1 defines it; what is not drawn shows the white page."""
    dark, light = sorted((luminance(one or "#FFFFFF"), luminance(other or "#FFFFFF")))
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    return load(request.param)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_every_role_has_a_look(theme: Theme) -> None:
    assert set(theme.roles) == set(ROLES)
    assert set(ROLES) == {*BOX_ROLES, *WIRE_ROLES, *TEXT_ROLES}


def test_text_can_be_read(theme: Theme) -> None:
    for role in BOX_ROLES:
        assert contrast(theme.roles[role].ink, theme.roles[role].fill) >= 4.5, role
    for role in TEXT_ROLES:
        assert contrast(theme.roles[role].ink, theme.paper) >= 4.5, role


def test_layers_have_an_outline_that_holds_in_grey(theme: Theme) -> None:
    surfaces = [theme.paper, *(theme.roles[role].fill for role in SURFACES)]
    for role in (*LAYER_ROLES, "input", "output", "transfer"):
        paint = theme.roles[role]
        assert paint.width >= 1, role
        assert paint.outline is not None
        assert all(contrast(paint.outline, surface) >= 3 for surface in surfaces), role
        assert contrast(paint.outline, paint.fill) >= 3, role


def test_wires_stand_out(theme: Theme) -> None:
    surfaces = [theme.paper, *(theme.roles[role].fill for role in SURFACES)]
    for role in WIRE_ROLES:
        paint = theme.roles[role]
        assert paint.width >= 1
        assert all(contrast(paint.outline or paint.fill, surface) >= 3 for surface in surfaces), role


def test_roles_can_be_told_apart(theme: Theme) -> None:
    fills = [theme.roles[role].fill for role in LAYER_ROLES]
    assert len(set(fills)) == len(fills)


def test_the_hues_of_the_light_theme_are_those_that_colour_blind_readers_can_tell_apart() -> None:
    fills = {load("light").roles[role].fill or "" for role in LAYER_ROLES}
    greys = {fill for fill in fills if fill[1:3] == fill[3:5] == fill[5:7]}
    assert fills - greys <= OKABE_ITO
    assert len(greys) <= 3


def test_every_file_is_a_theme_that_can_be_asked_for() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == sorted(THEMES)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('paper = "#FFFFFF"', 'paper = "white"', "paper must be a colour such as #E69F00, not 'white'"),
        ('paper = "#FFFFFF"', 'backdrop = "#FFFFFF"', "unknown keys: backdrop"),
        ('fill = "#E69F00"', "fill = 7", "convolution.fill must be a colour"),
        ('fill = "#E69F00"', 'full = "#E69F00"', "unknown values for convolution: full"),
        ("width = 1.0 }  # orange", 'width = "1" }', "convolution.width must be a number"),
        ("convolution  ", "convlution  ", "unknown roles: convlution"),
        ("[roles]", "[roles", "theme t: "),
    ],
)
def test_a_wrong_theme_says_what_is_wrong(old: str, new: str, message: str) -> None:
    assert old in LIGHT
    with pytest.raises(ThemeError) as caught:
        parse("t", LIGHT.replace(old, new, 1))
    assert message in str(caught.value)


def test_a_theme_that_lacks_a_role_says_which() -> None:
    text = "\n".join(line for line in LIGHT.splitlines() if not line.startswith(("dense ", "wire ")))
    with pytest.raises(ThemeError, match="lacks the roles dense, wire"):
        parse("t", text)


def test_a_theme_is_for_white_paper_unless_it_says_otherwise() -> None:
    assert parse("t", LIGHT.replace('paper = "#FFFFFF"', "")).paper == "#FFFFFF"
