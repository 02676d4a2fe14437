"""What all parts of the written file share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...compiler.graph import Layer
from .classes import Classes
from .forms import Forms, is_numbered
from .in_place import in_place
from .parts import Child, Part
from .uses import Class
from .words import Comments, Constants


@dataclass
class Text:
    """The modules and their classes, and how they are reached and spoken of."""

    forms: Forms
    classes: Classes
    comments: Comments
    constants: Constants = field(default_factory=Constants)

    def reach(self, part: Part, path: str) -> str:
        """The expression by which a method of a part reaches something inside it: ``self.layer1[0]``."""
        at, expression, lists = part, "self", 0
        for name in path.split("."):
            form = self.forms.of[at]
            if form == "class" and name.isdigit():
                return f'self.get_submodule("{path}")'
            if form == "class" or not (form == "sequential" or self.is_numbered(at)):
                expression += f".{name}" if form == "class" else f'["{name}"]'
            else:
                expression += f"[{name}]" if name.isdigit() else f".{name}"
            lists += form != "class"
            child = at.children[name]
            at = child if isinstance(child, Part) else at
        return expression if lists < 2 else f'self.get_submodule("{path}")'

    def kept(self, part: Part) -> dict[str, Child]:
        """The children that are attributes of their module, by name."""
        return {
            name: child
            for name, child in part.children.items()
            if (self.forms.said[child.name].kept if isinstance(child, Layer) else self.is_module(child))
        }

    def is_module(self, part: Part) -> bool:
        """Whether a part is an attribute; a list of nothing but functions is none."""
        return self.forms.of[part] != "list" or bool(self.kept(part))

    def is_numbered(self, part: Part) -> bool:
        """Whether the children are called 0, 1, 2 …, as those of nn.ModuleList are."""
        return is_numbered(self.kept(part))

    def in_place(self, made: Class, layers: Sequence[Layer]) -> bool:
        """Whether a layer of a class, given in all uses, may overwrite what it reads."""
        return in_place(self.forms.tree.graph, {use.path for use in made.uses}, layers)

    def method_name(self, part: Part, index: int) -> str:
        """``forward``, or ``stage1``, ``stage2`` … for a part that runs in several pieces."""
        if len(part.segments) == 1:
            return "forward"
        words = (f"{prefix}stage{index + 1}" for prefix in ("", "run_", "do_run_"))
        return next(word for word in words if word not in part.children)
