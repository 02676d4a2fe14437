"""A net as one standalone PyTorch file that is made for evaluation, and takes the weights of the plain one."""

from __future__ import annotations

from collections.abc import Iterator

from ...compiler.graph import Graph
from .extras import Extras
from .inference import Inference, for_inference
from .layout import Bracket, Item, bracket, lay_out
from .source import class_name, source
from .words import literal

CONVOLUTIONS = {"conv", "conv_transpose"}


def optimized(graph: Graph) -> str:
    """The text of the file: batch normalizations folded, channels last in memory, no gradients.

    Its class has the net's name and a classmethod ``from_state_dict`` for the weights of the module that ``source``
    writes.
    """
    made = for_inference(graph)
    return source(made.graph, _extras(made))


def _extras(made: Inference) -> Extras:
    name = class_name(made.graph)
    return Extras(
        remarks=tuple(_remarks(made, name)),
        maker=".from_state_dict",
        given=("state",),
        constants=tuple(_constants(made)),
        prepare=tuple(_prepare(made.graph)),
        methods=("", *_from_state_dict(made, name)),
    )


def _has_maps(graph: Graph) -> bool:
    """Whether there are kernels of two dimensions, whose place in memory matters."""
    return any(layer.op.keyword in CONVOLUTIONS for layer in graph.layers)


def _remarks(made: Inference, name: str) -> Iterator[str]:
    place = ", channels last in memory" if _has_maps(made.graph) else ""
    folded = f", {len(made.folds)} batch normalizations folded into the layers before them" if made.folds else ""
    yield f"For evaluation alone: no gradients{folded}{place}."
    yield f"`{name}.from_state_dict` takes the state_dict of the module that `netc build` writes without --optimize."


def _constants(made: Inference) -> Iterator[str]:
    if made.folds:
        rows = tuple(Item(f'("{fold.layer}", "{fold.batchnorm}", {fold.eps!r})') for fold in made.folds)
        yield "\n".join(lay_out(0, "BATCHNORMS = ", Bracket("", rows, "[]", open=True)))
    if made.dropped:
        prefixes = tuple(f"{name}." for name in made.dropped)
        items = tuple(map(Item, map(literal, prefixes)))
        yield "\n".join(
            [f"TRAINING_ONLY = {literal(prefixes)}"]
            if len(prefixes) == 1
            else lay_out(0, "TRAINING_ONLY = ", Bracket("", items, open=True))
        )


def _prepare(graph: Graph) -> Iterator[str]:
    yield "        self.eval().requires_grad_(False)"
    if _has_maps(graph):
        yield "        nn.utils.convert_conv2d_weight_memory_format(self, torch.channels_last)"


def _from_state_dict(made: Inference, name: str) -> Iterator[str]:
    devices = [device.name for device in made.graph.devices]
    bound = (f"{device}: str | torch.device | None = None" for device in devices)
    yield "    @classmethod"
    yield from lay_out(
        1, "def ", bracket("from_state_dict", ["cls", "state: dict[str, Tensor]", *bound]), f' -> "{name}":'
    )
    yield '        """The net with the weights of the plain module, whose state_dict is given."""'
    if made.dropped:
        yield "        keys = [key for key in state if not key.startswith(TRAINING_ONLY)]"
        yield "        state = {key: state[key] for key in keys}"
    elif made.folds:
        yield "        state = dict(state)"
    if made.folds:
        yield "        for layer, norm, eps in BATCHNORMS:"
        yield "            fold_batchnorm(state, layer, norm, eps)"
    yield from lay_out(2, "model = ", bracket("cls", devices))
    yield "        model.load_state_dict(state)"
    yield "        return model"
