"""The drawing of a grid: columns, rows and wires get their places, and become shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from .. import text
from ..layered.columns import left_edge
from ..scene import Group, Point, Rectangle, Shape, Text
from .bodies import SIZE
from .cells import Cells
from .connections import Placed, has_field, joined, wire
from .grid import CLEAR, GAP, INSET, PITCH, SPACE, Grid, Row
from .repeats import ROOM, bracket
from .routes import MARGIN, Corridor, Gap, Router, Way, ports_of
from .stages import Stage
from .strip import Drawn
from .words import LINE, Label, centred

ARROW_ROOM = 10.0
"""Between the last wire of a gap and the stage, for the arrow heads."""
WIDER = 1.6
"""How much further apart wires are that transfers stand on."""
ALIKE = 2.5 * SIZE
"""Stages of a row whose heights differ by no more have their labels in line."""
LEAN = 0.55 * PITCH
"""How far a transfer on a wire reaches to the side of the other one in its gap."""


class Sheet:
    """Where the columns, rows and wires of a grid are; the left edge is at 0."""

    def __init__(self, grid: Grid, rows: Sequence[Row]) -> None:
        self.grid, self.rows = grid, rows
        self.lines = grid.lines(rows)
        self.router = Router(grid.stages, grid.cells, self.lines)
        self.ports = ports_of(self.router)
        self.most_ports: dict[int, int] = defaultdict(int)
        for (_, target), port in self.ports.items():
            self.most_ports[target] = max(self.most_ports[target], abs(port))
        self.centres = [0.0] * len(self.lines)
        self.track_x: dict[tuple[Gap, int], float] = {}
        self.parcel_x: dict[int, float] = {}
        self.right = self._across()
        self.levels, counts = self._levels()
        self.middles: dict[tuple[int, int], float] = {}
        self.corridors: dict[Corridor, float] = {}
        self.bands: list[tuple[int, float, float]] = []
        self.below: dict[tuple[int, int], float] = {}
        self.halves = self._halves()
        self.bottom = self._down(counts)

    def _across(self) -> float:
        """Places the columns and the wires between them; returns where it ends."""
        by_gap: dict[Gap, dict[int, int]] = defaultdict(dict)
        for (gap, key), track in self.router.tracks().items():
            by_gap[gap][key] = track
        left = PITCH * (1 + max(by_gap[MARGIN].values(), default=-1)) + self.grid.head
        self.track_x.update(((MARGIN, key), PITCH * (track + 0.5)) for key, track in by_gap[MARGIN].items())
        right = max(self._line(line, row, left, by_gap) for line, row in enumerate(self.rows))
        return right + (INSET if self.grid.head else 0.0)

    def _line(self, line: int, row: Row, left: float, by_gap: dict[Gap, dict[int, int]]) -> float:
        x, taken = left, left
        between = self._between(row)
        for rank in range(row.first, row.end + 1):
            keys = by_gap[line, rank]
            count = 1 + max(keys.values(), default=-1)
            least = 0.0 if rank in (row.first, row.end) else GAP
            carried = self._carried(keys, rank)
            pitch = PITCH * (WIDER if carried else 1.0)
            room = max(least, pitch * (count + 1) + ARROW_ROOM if count else 0.0)
            start = x + (room - pitch * (count - 1) - ARROW_ROOM * (rank < row.end)) / 2
            places = self._parcels_at(carried, keys, pitch)
            low = min((shift for shift, _ in places.values()), default=0.0)
            push = max(taken + PITCH - start - low, 0.0) if count else 0.0
            start, x = start + push, x + room + push
            self.track_x.update((((line, rank), key), start + pitch * track) for key, track in keys.items())
            taken = max(taken, start + pitch * (count - 1)) if count else taken
            for key, (shift, width) in places.items():
                self.parcel_x[key] = start + shift
                taken = max(taken, start + shift + width)
            if rank < row.end:
                self.centres[rank] = x + self.grid.widths[rank] / 2
                x += self.grid.widths[rank]
                taken = max(taken, self.centres[rank] + between.get(rank, -x) / 2)
        return max(x, taken)

    def _between(self, row: Row) -> dict[int, float]:
        """Widths of the stages that stand between devices, in the way of transfers on wires; by column."""
        found: dict[int, float] = {}
        for stage, body, label in zip(self.grid.stages, self.grid.bodies, self.grid.labels, strict=True):
            if stage.lane % 2 and not self.grid.cells.is_carried(stage):
                rank = self.grid.cells.ranks[stage.index]
                found[rank] = max(found.get(rank, 0.0), body.size[0], *label.widths)
        return {rank: width for rank, width in found.items() if row.first <= rank < row.end}

    def _carried(self, keys: dict[int, int], rank: int) -> list[int]:
        """The transfers that stand on the wires of the gap left of a column, from left to right."""
        cells, stages = self.grid.cells, self.grid.stages
        found = (key for key in keys if cells.is_carried(stages[key]) and cells.ranks[key] + 1 == rank)
        return sorted(found, key=lambda key: keys[key])

    def _parcels_at(self, parcels: list[int], keys: dict[int, int], pitch: float) -> dict[int, tuple[float, float]]:
        """Where the transfers on the wires of a gap begin, from its first wire, and how wide they are."""
        found = {}
        for i, key in enumerate(parcels):
            width = self.grid.bodies[key].size[0]
            shift = -width / 2 if len(parcels) == 1 else (LEAN - width, -LEAN)[i]
            found[key] = (pitch * keys[key] + shift, width)
        return found

    def _levels(self) -> tuple[dict[tuple[Corridor, int], int], dict[Corridor, int]]:
        """The line that every wire has in a corridor, from above; and how many lines each corridor has."""
        spans: dict[Corridor, dict[int, tuple[float, float]]] = defaultdict(dict)
        for way in self.router.ways:
            for i, corridor in enumerate(way.corridors):
                ends = [self.track_x[gap, way.key] for gap in way.gaps[i : i + 2]]
                old = spans[corridor].get(way.key, (ends[0], ends[0]))
                spans[corridor][way.key] = (min(*old, *ends), max(*old, *ends))
        levels, counts = {}, {}
        for corridor, by_key in spans.items():
            found = left_edge(list(by_key.values()))
            counts[corridor] = max(found) + 1
            levels.update({(corridor, key): level for key, level in zip(by_key, found, strict=True)})
        return levels, counts

    def _down(self, counts: dict[Corridor, int]) -> float:
        """Places the rows and the wires between them; returns where it ends."""
        self.reaches, brackets = self.grid.extents(self.lines), self.grid.brackets(self.lines)
        lanes = self.grid.cells.lanes
        y = 0.0
        for line in range(len(self.rows)):
            begins = True
            for lane in range(len(lanes) - 1):
                here = [row for row in range(lanes[lane], lanes[lane + 1]) if (line, row) in self.reaches]
                in_band = bool(self.grid.head and lane % 2 == 0 and here)
                start = y
                for row in here:
                    y = self._corridor((line, row), counts, y, 0.0 if begins else SPACE)
                    begins = False
                    if in_band and row == here[0]:
                        start, y = y, y + INSET
                    extent = self.reaches[line, row]
                    self.middles[line, row] = y + extent.above
                    y += extent.above + extent.below
                    self.below[line, row] = y - ROOM * brackets.get((line, row), 0)
                if in_band:
                    y += INSET
                    self.bands.append((lane, start, y))
            if line < len(self.rows) - 1:
                y = self._corridor((line, lanes[-1]), counts, y, 2 * SPACE)
        return y

    def _corridor(self, corridor: Corridor, counts: dict[Corridor, int], y: float, least: float) -> float:
        count = counts.get(corridor, 0)
        room = max(least, PITCH * (count + 1) if count else 0.0)
        self.corridors[corridor] = y + (room - PITCH * (count - 1)) / 2
        return y + room

    def placed(self, stage: Stage) -> Placed:
        """A stage with its place."""
        width, height = self.grid.bodies[stage.index].size
        x = self.parcel_x.get(stage.index, self.centres[self.grid.cells.ranks[stage.index]] - width / 2)
        y = self.middles[self.grid.key(stage, self.lines)] - height / 2
        return Placed(stage, self.grid.bodies[stage.index], x, y)

    def _halves(self) -> dict[tuple[int, int], float]:
        """Half the height of the tallest stage of every row whose labels are in line."""
        grid, found = self.grid, defaultdict(list)
        for stage, body, label in zip(grid.stages, grid.bodies, grid.labels, strict=True):
            if any(label) and not grid.cells.is_carried(stage):
                found[grid.key(stage, self.lines)].append(body.size[1] / 2)
        return {key: max(halves) for key, halves in found.items() if max(halves) - min(halves) <= ALIKE / 2}

    def ends(self, place: Placed, label: Label) -> tuple[float, float]:
        """Where the label above a stage ends, and where that below begins: in line with the row's, if there is room."""
        grid, own = self.grid, place.body.size[1] / 2
        key = grid.key(place.stage, self.lines)
        extent, half = self.reaches[key], max(self.halves.get(key, own), own)
        above, below = (
            max(min(half, room - CLEAR - LINE * len(part)), own) + CLEAR
            for room, part in zip((extent.above, self.below[key] - self.middles[key]), label, strict=True)
        )
        return self.middles[key] - above, self.middles[key] + below

    def points(self, source: Placed, target: Placed, way: Way) -> list[Point]:
        """The corners of a wire."""
        index = target.stage.index
        most = self.most_ports[index]
        step = min(PITCH, 0.4 * target.body.size[1] / most) if most else 0.0
        start = source.edge(source.middle, True)
        end = target.edge(target.middle + self.ports[way.key, index] * step, False)
        points, y = [start], start[1]
        for i, gap in enumerate(way.gaps):
            x = self.track_x[gap, way.key]
            points.append((x, y))
            y = end[1]
            if i < len(way.corridors):
                corridor = way.corridors[i]
                y = self.corridors[corridor] + PITCH * self.levels[corridor, way.key]
            points.append((x, y))
        if not way.gaps and start[1] != end[1]:
            middle = (start[0] + end[0]) / 2
            points += [(middle, start[1]), (middle, end[1])]
        return [*points, end]


def draw(grid: Grid, rows: Sequence[Row]) -> Drawn:
    """The shapes of the grid in these rows."""
    sheet = Sheet(grid, rows)
    placed = [sheet.placed(stage) for stage in grid.stages]
    notes = [note for place, label in zip(placed, grid.labels, strict=True) for note in _notes(sheet, place, label)]
    shapes: list[Shape] = [*_wires(sheet, placed), *notes, *_brackets(sheet)]
    return Drawn(placed, shapes, sheet.right, sheet.bottom, tuple(_bands(sheet)), sheet.router.is_clear)


def _wires(sheet: Sheet, placed: Sequence[Placed]) -> Iterator[Group]:
    for way in sheet.router.ways:
        source, target = placed[way.source], placed[way.target]
        if not way.gaps and _are_joined(source, target, sheet.grid.cells):
            yield joined(source, target)
        elif way.parcel is None:
            yield wire(source.stage, target.stage, sheet.points(source, target, way))
        else:
            parcel = placed[way.parcel]
            points = sheet.points(source, target, way)
            x = points[1][0]
            near, far = (parcel.y, parcel.bottom) if points[0][1] < parcel.y else (parcel.bottom, parcel.y)
            if parcel.stage.readers[0] == target.stage.index:
                yield wire(source.stage, parcel.stage, [*points[:2], (x, near)])
            yield wire(parcel.stage, target.stage, [(x, far), *points[2:]])


def _are_joined(source: Placed, target: Placed, cells: Cells) -> bool:
    """Whether neighbours are joined by rays or by the lines of a full connection."""
    is_near = cells.ranks[target.stage.index] - cells.ranks[source.stage.index] == 1
    layer = target.stage.layer
    return is_near and layer is not None and (has_field(source, target) or layer.op.role == "dense")


def _notes(sheet: Sheet, placed: Placed, label: Label) -> Iterator[Group]:
    middle = placed.x + placed.body.size[0] / 2
    end, begin = sheet.ends(placed, label)
    above = centred(label.above, middle, end - LINE * len(label.above))
    below = centred(label.below, middle, begin)
    if above or below:
        yield Group("note", (*above, *below), title=placed.stage.main.name)


def _brackets(sheet: Sheet) -> Iterator[Group]:
    """A bracket per repetition and row of the page."""
    grid = sheet.grid
    for repeat in grid.repeats:
        lines: dict[int, list[Stage]] = defaultdict(list)
        for index in repeat.members:
            lines[sheet.lines[grid.cells.ranks[index]]].append(grid.stages[index])
        for line, members in lines.items():
            row = max(grid.cells.rows[stage.index] for stage in members)
            ranks = sorted({grid.cells.ranks[stage.index] for stage in members})
            spans = [
                (sheet.centres[rank] - grid.widths[rank] / 2, sheet.centres[rank] + grid.widths[rank] / 2)
                for rank in ranks
            ]
            yield bracket(repeat, spans, sheet.below[line, row])


def _bands(sheet: Sheet) -> Iterator[Group]:
    """The bands of devices with their names."""
    for lane, start, end in sheet.bands:
        device = sheet.grid.devices[lane // 2] or "no device"
        y = (start + end) / 2 + text.MIDDLE * SIZE
        shapes = (
            Rectangle(0, start, sheet.right, end - start, "lane"),
            Text(INSET, y, device, SIZE, "lane", bold=True),
        )
        yield Group("lane", shapes, title=device, device=device)
