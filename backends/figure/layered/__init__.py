"""Layered layout: a graph in rows from top to bottom, devices side by side, folded into columns that fit the page.

The passes, in order: ``items`` (what is drawn), ``ranks`` (in which row), ``folds`` (in which column of the page),
``columns`` (where in its lane, and which wires need a track beside the boxes), ``places`` and ``routes``
(coordinates), ``frames`` (sections). All take time about linear in the number of layers and wires.
"""
