"""The import lines of a written file, in the order and the layout that isort and black give them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping

from .layout import WIDTH

PLAIN = {
    "Callable": "from collections.abc",
    "Self": "from typing",
    "torch": "import torch",
    "F": "import torch.nn.functional as F",
    "Tensor": "from torch",
    "nn": "from torch",
}
"""What the file of a net may need: names, and the statements that import them."""


def imports(body: str, names: Mapping[str, str] = PLAIN) -> str:
    """The lines that import what a text uses; the standard library stands above the rest."""
    code = re.sub(r'(?s:""".*?""")|#.*', "", body)
    used = set(re.findall(r'(?<![\w."])\w+', code))
    statements = {name: statement for name, statement in names.items() if name in used}
    sections: dict[bool, list[str]] = {True: [], False: []}
    for line in _lines(statements):
        is_standard = line.split()[1].partition(".")[0] in sys.stdlib_module_names
        sections[is_standard].append(line)
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in sections.values() if lines)


def _lines(statements: Mapping[str, str]) -> Iterator[str]:
    """``import`` before ``from``, each by module."""
    yield from sorted(line for line in statements.values() if line.startswith("import "))
    modules = sorted({line.split()[1] for line in statements.values() if line.startswith("from ")})
    for module in modules:
        yield _from(module, (name for name, line in statements.items() if line == f"from {module}"))


def _from(module: str, names: Iterable[str]) -> str:
    """Constants, then classes, then functions: isort's order of names."""
    listed = sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    flat = f"from {module} import {', '.join(listed)}"
    if len(flat) <= WIDTH:
        return flat
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in listed), ")"])
