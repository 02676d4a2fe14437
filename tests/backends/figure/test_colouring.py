"""Colouring: every layer that is drawn has a role, and the legend names just those that are used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from figure_nets import NETS

from netc.backends.figure.colouring import Colouring, colouring
from netc.backends.figure.folding import picture_of
from netc.backends.figure.options import Colour
from netc.backends.figure.picture import Detail, Picture
from netc.backends.figure.roles import COST_ROLES, DEVICE_ROLES
from netc.compiler import load

GRAPHS = {name: load(text) for name, text in NETS.items()}
COLOURS: tuple[Colour, ...] = ("auto", "role", "device", "cost", "none")
FOLDED = Detail(folded=True, merged=True, collapsed=True)


def pictures() -> Iterator[Picture]:
    for graph in GRAPHS.values():
        yield from (picture_of(graph, detail) for detail in (Detail(), FOLDED))


def whole(name: str) -> Picture:
    return picture_of(GRAPHS[name], Detail())


def used(colours: Colouring) -> set[str]:
    return set(colours.roles.values())


@pytest.mark.parametrize("by", COLOURS)
def test_every_drawn_layer_has_a_role_and_the_legend_has_those(by: Colour) -> None:
    for picture in pictures():
        colours = colouring(picture, by)
        assert set(colours.roles) == {layer.name for layer in picture.drawn.layers}
        named = [role for role, _ in colours.legend]
        assert set(named) == (set() if by == "none" else used(colours))
        assert all(words for _, words in colours.legend)


def test_by_role_says_what_layers_do() -> None:
    picture = whole("alexnet")
    colours = colouring(picture, "role")
    assert colours == colouring(picture, "auto")
    assert all(colours.roles[layer.name] == layer.op.role for layer in picture.drawn.layers)
    assert colours.legend[0] == ("convolution", "convolution")


def test_by_device_gives_every_device_a_role_of_its_own() -> None:
    picture = whole("four")
    colours = colouring(picture, "device")
    assert colours.legend == tuple(zip(DEVICE_ROLES, "abcd", strict=False))
    words = dict(colours.legend)
    assert all(words[colours.roles[layer.name]] == layer.device for layer in picture.drawn.layers)


def test_a_net_without_devices_has_one_colour_by_device() -> None:
    assert colouring(whole("lenet5"), "device").legend == (("device0", "no device"),)


def test_the_ninth_device_has_the_colour_of_the_first() -> None:
    names = [f"d{i}" for i in range(9)]
    layers = "\n".join(f"x{i} = relu on {name}" for i, name in enumerate(names))
    graph = load(f"net Nine {{\n device {', '.join(names)}\n input image: 3\n{layers}\n}}")
    legend = colouring(picture_of(graph, Detail()), "device").legend
    assert [words for _, words in legend] == names
    assert [role for role, _ in legend] == [*DEVICE_ROLES, "device0"]


def test_by_cost_follows_the_share_of_the_multiply_adds() -> None:
    """LeNet-5: C1 117,600, C3 150,000, C5 48,000, F6 10,080 of 325,680 multiply-adds."""
    colours = colouring(whole("lenet5"), "cost")
    wanted = {"C1": "cost4", "C3": "cost4", "C5": "cost3", "F6": "cost1", "S2": "cost0"}
    assert {name: colours.roles[name] for name in wanted} == wanted
    assert colours.legend == (
        ("cost0", "below 2% of the MACs"),
        ("cost1", "2% to 5%"),
        ("cost3", "10% to 20%"),
        ("cost4", "20% of the MACs or more"),
    )


@pytest.mark.parametrize("folded", [Detail(), FOLDED])
@pytest.mark.parametrize("name", NETS)
def test_cost_grows_with_the_share_and_the_costliest_has_the_highest(name: str, folded: Detail) -> None:
    picture = picture_of(GRAPHS[name], folded)
    macs = {layer.name: layer.macs for layer in picture.graph.layers}
    costs = {
        layer.name: sum(macs.get(node, 0) for node in picture.nodes_of(layer.name)) for layer in picture.drawn.layers
    }
    roles = colouring(picture, "cost").roles
    ordered = [COST_ROLES.index(roles[layer]) for layer in sorted(costs, key=costs.__getitem__)]
    assert ordered == sorted(ordered)
    assert ordered[-1] == len(COST_ROLES) - 1


def test_many_equal_layers_are_not_all_cheap() -> None:
    layers = "\n".join(f"c{i} = conv(4, 3x3, pad = 1)" for i in range(150))
    picture = picture_of(load(f"net Deep {{\n input image: 4x8x8\n{layers}\n}}"), Detail())
    assert colouring(picture, "cost").legend == (("cost4", "0.5% of the MACs or more"),)


def test_a_net_that_multiplies_nothing_costs_nothing() -> None:
    picture = picture_of(load("net Still {\n input image: 3\n x = flatten\n}"), Detail())
    assert set(colouring(picture, "cost").roles.values()) == {"cost0"}
