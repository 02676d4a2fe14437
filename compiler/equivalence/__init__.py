"""Whether two nets compute the same function, up to their weights: what `netc equiv` decides without running anything.

`normalize` brings both nets into a normal form, `colours` says what may correspond, `matching` what does, `mapping` and
`weights` what weights that means, `parting` where the nets part if it means none. `pairs` and `compare` join all this.
"""

from .compare import Equivalence, equivalence
from .comparison import Comparison
from .parting import Parting, Place
from .recipe import Folded, Joined, Minus, Recipe, Rows, Scale, Shaped, Tensor, Zeros
from .telling import as_json, told

__all__ = [
    "Comparison", "Equivalence", "Folded", "Joined", "Minus", "Parting", "Place", "Recipe", "Rows", "Scale", "Shaped",
    "Tensor", "Zeros", "as_json", "equivalence", "told",
]  # fmt: skip
