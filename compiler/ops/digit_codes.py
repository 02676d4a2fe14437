"""The ten digits as 7x12 bitmaps: the output codes of LeNet-5.

Source: LeCun, Bottou, Bengio, Haffner 1998, figure 3, where every glyph is an
image of its own. The detached bars at the top of 0, 2, 4 and 5 are in the
figure. ``#`` is black, which is +1; ``.`` is white, which is -1.
"""

from __future__ import annotations

HEIGHT = 12
WIDTH = 7

# Two rows of five digits, as the figure has them; each digit is 12 lines of 7 characters.
_GLYPHS = """
.#####.  ...##..  .#####.  #######  .#####.
.......  ..###..  .......  .....##  .......
..###..  .####..  .#####.  ....##.  .......
.##.##.  ...##..  ##...##  ...##..  .##..##
##...##  ...##..  #....##  ..####.  .##..##
##...##  ...##..  ....##.  .....##  ###..##
##...##  ...##..  ..###..  .....##  ##...##
##...##  ...##..  .##....  .....##  ##...##
.##.##.  ...##..  ##.....  ##...##  ##..###
..###..  .######  #######  .#####.  .######
.......  .......  .......  .......  .....##
.......  .......  .......  .......  .....##

.#####.  ..####.  #######  .#####.  .#####.
.......  .##....  .....##  ##...##  ##..###
#######  ##.....  .....##  ##...##  ##...##
##.....  ##.....  ....##.  ##...##  ##...##
##.....  ######.  ...##..  .#####.  ##..###
.####..  ###..##  ...##..  ##...##  .######
..####.  ##...##  ..##...  ##...##  .....##
.....##  ##...##  ..##...  ##...##  .....##
##...##  ###..##  ..##...  ##...##  ....##.
.#####.  .#####.  ..##...  .#####.  .####..
.......  .......  .......  .......  .......
.......  .......  .......  .......  .......
"""


def digit_codes() -> tuple[tuple[int, ...], ...]:
    """For every digit its 84 values of +1 and -1, row by row."""
    return tuple(tuple(1 if char == "#" else -1 for char in "".join(rows)) for rows in _digits())


def _digits() -> list[tuple[str, ...]]:
    bands = [[line.split() for line in band.split("\n")] for band in _GLYPHS.strip().split("\n\n")]
    return [rows for band in bands for rows in zip(*band, strict=True)]
