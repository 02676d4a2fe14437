"""Feature maps as boxes in space: what the style `volumes` is made of.

``stages`` says what is one box, ``sizes`` how large it is, ``solids`` how it looks, ``captions`` what is written
below it; ``placing`` puts boxes and wires on the page, in rows that ``rows`` chooses.
"""
