"""Warnings of `netc check`: transfers that a layer elsewhere would avoid, and devices that do too little."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from figure_nets import ROOT

from netc.cli import main
from netc.compiler import Diagnostic, Source, check_source

SHIPPED = sorted((ROOT / "specs").glob("**/*.net"))


def warnings(body: str, devices: str = "a, b", feed: str = "image: 3x32x32") -> list[Diagnostic]:
    text = f"net N {{\n  device {devices}\n  input {feed}\n{body}\n}}"
    (result,) = check_source(Source("net.net", text))
    assert result.graph is not None, result.diagnostics
    return list(result.warnings)


def test_a_pool_before_the_transfer_would_send_less() -> None:
    (found,) = warnings("c = conv(8, 3x3, pad = 1) on a\n  p = maxpool(2x2) on b\n  d = conv(16, 3x3, pad = 1)")
    assert found.code == "W501"
    assert "`maxpool` on a, not b" in found.message
    assert found.found == "24.58KB per sample too much, and as much for the gradients"  # 8x32x32 less 8x16x16, 4 bytes
    assert found.hint == "write `on a` after it"
    assert found.span is not None
    assert found.span.line == 5


def test_an_activation_and_a_pool_go_together() -> None:
    body = "c = conv(8, 3x3, pad = 1) on a\n  p = relu -> maxpool(2x2) on b\n  d = conv(16, 3x3, pad = 1)"
    (found,) = warnings(body)
    assert "`relu -> maxpool` on a" in found.message


def test_a_statement_is_divided_where_it_has_weights_too() -> None:
    body = "c = conv(16, 3x3, pad = 1) on a\n  p = maxpool(2x2) -> conv(16, 3x3, pad = 1) on b"
    (found,) = warnings(body)
    assert found.hint == "make `maxpool` a statement of its own, with `on a` after it"


def test_what_is_sent_before_and_after_an_activation_is_sent_twice() -> None:
    body = """
  c = conv(8, 3x3, pad = 1) on a
  x = conv(64, 3x3, pad = 1) on a
  r = c -> relu on a
  d = r -> conv(8, 3x3, pad = 1) on b
  e = c -> conv(8, 3x3, pad = 1) on b
  s = add(d, e) -> conv(64, 3x3, pad = 1) on b
  output x: x
  output s: s
"""
    (found,) = warnings(body)
    assert found.found == "32.77KB per sample too much, and as much for the gradients"
    assert "`relu` on b" in found.message


def test_a_way_there_and_back_is_told_once() -> None:
    body = "c = conv(8, 3x3) on a\n  r = relu -> tanh on b\n  d = conv(8, 3x3) on a\n  e = conv(16, 3x3) on b"
    (found,) = warnings(body)
    assert "`relu -> tanh` on a" in found.message


NEEDED = {
    "pool at its source": """
      c = conv(8, 3x3) on a
      p = maxpool(2x2)
      d = conv(24, 3x3) on b
    """,
    "sent whole anyway": """
      c = conv(8, 3x3) on a
      p = c -> maxpool(2x2) -> flatten on b
      q = c -> conv(8, 1x1) -> flatten on b
      h = concat(p, q) -> fc(10)
    """,
    "towers": """
      towers on a, b {
        c = conv(8, 3x3) -> relu
        exchange
        d = conv(8, 3x3) -> dropout(0.5)
      }
      f = fc(10) on a
    """,
}


@pytest.mark.parametrize("name", NEEDED)
def test_transfers_that_are_needed(name: str) -> None:
    assert [found for found in warnings(NEEDED[name]) if found.code == "W501"] == []


def test_a_device_that_computes_nothing() -> None:
    found = warnings("c = conv(8, 3x3) on a\n  n = batchnorm on b")
    assert [one.code for one in found] == ["W502"]
    assert found[0].span is not None
    assert found[0].span.text == "b"


@pytest.mark.parametrize(
    ("widths", "is_unequal"),
    [((10, 10), False), ((20, 10), False), ((21, 10), True), ((10, 10, 10), False), ((10, 40, 20), True)],
)
def test_shares_of_which_the_largest_takes_too_much(widths: tuple[int, ...], is_unequal: bool) -> None:
    """Of two devices one may have two thirds, of three one may have half: as fast as (n + 1) / 2 devices."""
    body = "\n".join(f"c{i} = image -> fc({width}) on d{i}" for i, width in enumerate(widths))
    outputs = "\n".join(f"output o{i}: c{i}" for i in range(len(widths)))
    found = warnings(f"{body}\n{outputs}", ", ".join(f"d{i}" for i in range(len(widths))), "image: 20")
    assert [one.code for one in found] == ["W503"] * is_unequal


def test_nets_on_one_device_and_on_none_have_no_warnings() -> None:
    assert warnings("c = conv(8, 3x3) on a", "a") == []
    (result,) = check_source(Source("net.net", "net N {\n  input x: 3x8x8\n  conv(3, 3x3) -> relu\n}"))
    assert result.warnings == ()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_specs_have_no_warnings(path: Path) -> None:
    source = Source(str(path), path.read_text(encoding="utf-8"))
    assert [result.warnings for result in check_source(source) if result.warnings] == []


def test_ten_thousand_layers() -> None:
    body = "c = conv(4, 3x3, pad = 1) on a\n  r = (relu * 4990) on b\n  d = conv(4, 3x3, pad = 1)"
    assert [found.code for found in warnings(body)] == []


def test_the_command_prints_warnings_and_is_content() -> None:
    text = "net N {\n  device a, b\n  input x: 3x8x8\n  c = conv(8, 3x3) on a\n  n = batchnorm on b\n}"
    result = CliRunner().invoke(main, ["check", "-"], input=text)
    assert result.exit_code == 0
    assert "warning[W502]: device `b` has no multiply-adds to compute" in result.stderr
    assert result.stdout.startswith("ok  -: N, 2 layers")
    assert '"code": "W502"' in CliRunner().invoke(main, ["check", "-", "--json"], input=text).stdout
