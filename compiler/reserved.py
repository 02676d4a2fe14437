"""Names that cannot be layers, because the written module needs them."""

from __future__ import annotations

import builtins
import keyword

MODULE_ATTRIBUTES = frozenset(
    """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches
    eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict
    modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook
    register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook
    register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
    set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
    """.split()  # noqa: SIM905 - fifty names read best as a paragraph
)
"""Public attributes of torch.nn.Module (2.13); a test holds them to it."""

WRITTEN = frozenset(
    {
        "F", "Tensor", "classify", "devices", "false", "in", "loss", "nn", "none", "reset_parameters", "self", "torch",
        "true",
    }
)  # fmt: skip
"""Names that the language or the written module uses itself."""


CALLED = frozenset(
    {
        "ConnectedConv2d", "GroupedLocalResponseNorm", "LayerNorm2d", "LayerScale", "LayerScale2d",
        "Placed", "RBF", "ScaledTanh", "StochasticDepth", "Subsample", "choose_device", "copy_to", "crop_like",
        "fan_in_uniform_", "fold_batchnorm", "range", "rbf_map_loss", "rbf_mse_loss", "scaled_tanh", "super",
    }
)  # fmt: skip
"""Functions and classes that a written module calls; a test holds them to it."""


def why_no_device(name: str) -> str | None:
    """Who has taken the name of a device, which is an argument of the constructor; None when it is free."""
    return "the written module uses it" if name in CALLED else why_reserved(name)


def why_no_class(name: str) -> str | None:
    """Who has taken the name of a net, which becomes a class of the written module; None when it is free."""
    if keyword.iskeyword(name) or hasattr(builtins, name):
        return "it is a word of Python"
    return "the written module uses it" if name in WRITTEN else None


def why_reserved(name: str) -> str | None:
    """Who has taken a name, or None when it is free."""
    if name in WRITTEN:
        return "the language or the written module uses it"
    if keyword.iskeyword(name):
        return "it is a word of Python"
    if name in MODULE_ATTRIBUTES:
        return f"every PyTorch module has an attribute `{name}`"
    if name.startswith("_"):
        return "names with a leading underscore belong to PyTorch"
    return None
