"""A difference as a text for people: one line per layer that differs, in columns, then the totals."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from .diff import MOVES, Difference, Entry, Mark, shapes
from .graph import Layer
from .summary import summary

SIGNS: dict[Mark, str] = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}
OFTEN = 3
"""What differs in as many layers in the same way is said once, below the layers."""
NAMED = 4
"""Layers that are named there; the others are counted."""
IN_COLUMNS = ("name", "op", "shape", "weights")
"""Aspects that have a column."""
NAMES = {"macs": "MACs", "macs in training": "MACs in training"}
"""Costs that are not written as they are called."""


def render_difference(difference: Difference) -> str:
    """What differs, as aligned text that ends with a line break; equal nets are one sentence."""
    before, after = difference.before, difference.after
    if difference.same:
        counts = {name: old for name, (old, _) in difference.totals().items()}
        what = f"{_counted(counts['layers'], 'layer')}, {counts['parameters']:,} parameters, {counts['macs']:,} MACs"
        return f"{before.net} and {after.net} are the same architecture: {what}\n"
    often = _often(difference)
    lines = [f"{before.net} → {after.net}: {_found(difference)}", ""]
    lines += _aligned([_HEADINGS, *_rows(difference, often)], numeric={4, 5})
    around = [*_shared(often), *(f" ~  {sentence}" for sentence in difference.around)]
    lines += ["", *around] if around else []
    lines += ["", *_aligned([["", "total", before.net, after.net, "change", ""], *_totals(difference)], {2, 3, 4, 5})]
    return "\n".join(lines) + "\n"


_HEADINGS = ["", "layer", "op", "output", "parameters", "MACs"]


def signed(number: int) -> str:
    """``+1,200``, ``-1,200`` or ``0``."""
    return f"{number:+,}" if number else "0"


def percent(before: int, after: int) -> str:
    """The change as a part of what was there: ``+12.5%``; empty where nothing was there or nothing changed."""
    return f"{100 * (after - before) / before:+.1f}%" if before and before != after else ""


def details(entry: Entry) -> Iterator[str]:
    """What differs of a layer apart from op and shape, one aspect after the other."""
    for aspect, (old, new) in entry.aspects.items():
        if aspect == "init":
            yield "other initial weights"
        elif aspect not in IN_COLUMNS:
            yield f"{'reads' if aspect == 'inputs' else aspect} {old} → {new}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _found(difference: Difference) -> str:
    """How many layers are added, removed, changed and moved."""
    counts = {mark: len(difference.with_mark(mark)) for mark in SIGNS}
    return ", ".join(f"{count} {mark}" for mark, count in counts.items() if count) or "no layer differs"


def _often(difference: Difference) -> dict[str, list[Entry]]:
    """What differs in several layers in the same way, with these layers."""
    found: dict[str, list[Entry]] = {}
    for entry in difference.entries:
        for detail in details(entry):
            found.setdefault(detail, []).append(entry)
    return {detail: entries for detail, entries in found.items() if len(entries) >= OFTEN}


def _shared(often: dict[str, list[Entry]]) -> Iterator[str]:
    for detail, entries in often.items():
        names = [entry.name for entry in entries[:NAMED]]
        rest = f" and {len(entries) - NAMED} more" if len(entries) > NAMED else ""
        sign = ">" if detail.startswith(MOVES) else "~"
        yield f" {sign}  {detail}: {', '.join(names)}{rest}"


def _rows(difference: Difference, often: Collection[str]) -> Iterator[list[str]]:
    """A row per layer that differs, and one for every run of layers that do not."""
    for equal, run in groupby(difference.entries, key=lambda entry: not entry.marks):
        if equal:
            yield ["", f"… {len(list(run)):,} as before"]
        else:
            for entry in run:
                yield from _row(entry, often)


def _row(entry: Entry, often: Collection[str]) -> Iterator[list[str]]:
    nodes = entry.pair.after or entry.pair.before
    kinds = dict.fromkeys(summary(node.op) if isinstance(node, Layer) else node.kind for node in nodes)
    op = " → ".join(entry.aspects.get("op", (", ".join(kinds),)))
    shape = " → ".join(entry.aspects.get("shape", (shapes(nodes),)))
    changes = [after - before for before, after in (entry.cost("parameters"), entry.cost("macs"))]
    signs = "".join(SIGNS[mark] for mark in entry.marks)
    yield [signs, entry.name, op, shape, *(signed(change) if change else "" for change in changes)]
    for detail in details(entry):
        if detail not in often:
            yield ["", "", detail]


def _totals(difference: Difference) -> Iterator[list[str]]:
    for name, (before, after) in difference.totals().items():
        if before or after:
            change = signed(after - before)
            yield ["", NAMES.get(name, name), f"{before:,}", f"{after:,}", change, percent(before, after)]


def _aligned(rows: Sequence[list[str]], numeric: set[int]) -> list[str]:
    """Rows as lines whose columns stand below each other; a row may have fewer cells."""
    columns = max(map(len, rows))
    widths = [max((len(row[i]) for row in rows if len(row) > i), default=0) for i in range(columns)]
    return [f" {'  '.join(_cell(row, i, widths[i], i in numeric) for i in range(columns))}".rstrip() for row in rows]


def _cell(row: list[str], index: int, width: int, at_end: bool) -> str:
    text = row[index] if index < len(row) else ""
    return text.rjust(width) if at_end else text.ljust(width)
