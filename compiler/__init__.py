"""Text to checked graph. Everything that backends and the command line may use is here."""

from . import stages
from .catalogue import Shipped, catalogue
from .codes import CODES
from .compile import (
    Compiled,
    check_given,
    check_source,
    compile_net,
    compile_source,
    load,
    load_module,
    open_spec,
    parse_source,
    parse_value,
    pick,
)
from .diagnostics import Diagnostic, Note, Problem, Report, SpecError, render, suggest
from .diff import Difference, Entry, Mark, difference
from .diff_text import render_difference
from .explain import explain
from .format import format_text
from .graph import (
    About,
    Device,
    Graph,
    Idea,
    Init,
    Input,
    Layer,
    Scope,
    Section,
    Transfer,
    elements,
)
from .memory import OPTIMIZERS, Demand, TrainingMemory, demands, memory, on_one_device, sent_back, training_memory
from .op import Op, Role
from .ops import OPS
from .program import decode
from .source import Source, Span
from .values import BYTES_PER_VALUE, Shape, format_bytes, format_shape, format_value

__all__ = [
    "BYTES_PER_VALUE", "CODES", "OPS", "OPTIMIZERS", "About", "Compiled", "Demand", "Device", "Diagnostic",
    "Difference", "Entry", "Graph", "Idea", "Init", "Input", "Layer", "Mark", "Note", "Op", "Problem", "Report",
    "Role", "Scope", "Section", "Shape", "Shipped", "Source", "Span", "SpecError", "TrainingMemory", "Transfer",
    "catalogue", "check_given", "check_source", "compile_net", "compile_source", "decode", "demands", "difference",
    "elements", "explain", "format_bytes", "format_shape", "format_text", "format_value", "load", "load_module",
    "memory", "on_one_device", "open_spec", "parse_source", "parse_value", "pick", "render", "render_difference",
    "sent_back", "stages", "suggest", "training_memory",
]  # fmt: skip
