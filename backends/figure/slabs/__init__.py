"""Nets as slabs: the figure of 2012, with boxes for feature maps, boxes in them for kernels, and rays to the next box.

The passes, in order: ``stages`` (what is a box), ``lanes`` (in which column and row), ``measures`` and ``layout``
(sizes and places), ``kernels``, ``arrows`` and ``routes`` (lines), ``numbers`` and ``words`` (texts where no line is).
"""
