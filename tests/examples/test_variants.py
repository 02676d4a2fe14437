"""The worked variants of specs/variants are right, short, formatted, and say what they teach."""

from __future__ import annotations

from pathlib import Path

import pytest

from netc.backends.torch.source import source
from netc.compiler import check_source, difference, format_text, load, parse_source
from netc.compiler import syntax as ast
from netc.compiler.program import read_source

FOLDER = Path(__file__).parents[2] / "specs" / "variants"
SPECS = sorted(FOLDER.glob("*.net"))


def test_there_are_twelve() -> None:
    assert len(SPECS) >= 12


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_variant_is_right_and_short(path: Path) -> None:
    (result,) = check_source(read_source(path))
    assert result.diagnostics == ()
    assert result.expectations >= 1
    text = path.read_text()
    assert format_text(text) == text
    assert text.startswith("# ")
    assert len(text.splitlines()) <= 18


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_variant_edits_a_shipped_net_and_has_a_title(path: Path) -> None:
    tree, _ = parse_source(read_source(path))
    assert tree is not None
    use, net = tree.items
    assert isinstance(use, ast.Use)
    assert str(use.path.value).startswith("zoo:")
    assert isinstance(net, ast.Variant)
    assert any(isinstance(edit, ast.About) for edit in net.edits)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_variant_is_built(path: Path) -> None:
    pytest.importorskip("torch")
    from netc.backends.torch.verify import verify

    graph = load(path)
    found = verify(graph, source(graph))
    assert found.ok, str(found)


@pytest.mark.parametrize(
    ("variant", "shipped"), [("zfnet_from_alexnet", "zoo:zfnet"), ("resnet50_v1", "zoo:resnet:ResNet50V1")]
)
def test_a_variant_makes_the_shipped_net(variant: str, shipped: str) -> None:
    found = difference(load(shipped), load(FOLDER / f"{variant}.net"))
    assert [entry.name for entry in found.entries if set(entry.aspects) - {"init", "name"} or not all(entry.pair)] == []


def test_the_edits_of_all_kinds_are_shown() -> None:
    trees = [parse_source(read_source(path))[0] for path in SPECS]
    edits = {
        type(edit) for tree in trees if tree for net in tree.items if isinstance(net, ast.Variant) for edit in net.edits
    }
    assert edits >= {
        ast.Rename, ast.Swap, ast.Scale, ast.Move, ast.Block, ast.Remove, ast.Insert, ast.Layers, ast.Input, ast.Device,
    }  # fmt: skip
