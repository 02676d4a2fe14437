"""Layered layout: a graph in rows from top to bottom, devices side by side, folded into columns that fit the page.

The passes, in order: ``items`` (what is drawn), ``ranks`` (in which row), ``fit`` (in which column of the page, and how
wide boxes are), ``columns`` (where in its lane), ``tracks`` and ``bars`` (which wires run beside the boxes, and which
boxes are wider than a column), ``places``, ``routes``, ``levels`` and ``rows`` (coordinates), ``frames`` (sections).
``turned`` gives the same from left to right. All take time about linear in the number of layers and wires.

A style that has boxes of its own needs ``items``, ``ranks``, ``measures.Sizes`` and ``layout`` or ``turned``; that of
``blocks`` has its text from ``writing`` and ``bands``, and its shapes from ``boxes``, ``wires`` and ``surroundings``.
"""
