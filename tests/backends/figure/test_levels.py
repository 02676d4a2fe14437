"""The one algorithm that keeps wires and boxes apart: intervals that meet get different indexes."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis.strategies import integers, lists, tuples

from netc.backends.figure.layered.columns import left_edge
from netc.backends.figure.layered.levels import Channel

spans = lists(tuples(integers(0, 30), integers(0, 10)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=40)


@given(spans)
def test_spans_that_meet_have_different_indexes_and_no_index_is_wasted(given_spans: list[tuple[int, int]]) -> None:
    found = left_edge(given_spans)
    for (one, i), (other, j) in combinations(zip(given_spans, found, strict=True), 2):
        if one[0] <= other[1] and other[0] <= one[1]:
            assert i != j
    busiest = max((sum(low <= x <= high for low, high in given_spans) for x in range(41)), default=0)
    assert max(found, default=-1) + 1 == busiest


@given(lists(tuples(integers(0, 30), integers(0, 30)), max_size=30))
def test_wires_of_a_channel_that_meet_have_different_levels(wires: list[tuple[int, int]]) -> None:
    channel = Channel()
    for source, (start, end) in enumerate(wires):
        channel.add(source, start, end)
    channel.assign()
    for one, other in combinations(channel.level, 2):
        (a, b), (c, d) = channel.spans[one], channel.spans[other]
        if a <= d and c <= b:
            assert channel.level[one] != channel.level[other]
    assert {source for source, (start, end) in enumerate(wires) if start != end} == set(channel.level)
