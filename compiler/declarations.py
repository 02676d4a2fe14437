"""Statements that declare: about, input, device."""

from __future__ import annotations

from . import syntax as ast
from .diagnostics import Note, Problem, suggest
from .draft import Draft, Frame, Reported, Wire
from .expressions import plain_value
from .graph import About, Device, Idea
from .reserved import why_no_device
from .values import LARGEST, Bytes, Shape, format_value, type_name

_FLAGS = ("still_used", "dropped")
_FACTS: dict[str, type] = {name: int if name == "year" else str for name in About.model_fields if name != "ideas"}


def declare_about(frame: Frame, tree: ast.About) -> None:
    """Facts and ideas; a variant's facts replace those of its base, its ideas are added, or dropped."""
    facts: dict[str, object] = {}
    for name, value in tree.facts:
        try:
            facts[name.text] = _fact(frame, name, value)
        except Reported:
            continue
    ideas = list(frame.state.about.ideas)
    for idea in tree.ideas:
        _change_ideas(frame, ideas, idea)
    frame.state.about = frame.state.about.model_copy(update={**facts, "ideas": tuple(ideas)})


def _fact(frame: Frame, name: ast.Name, tree: ast.Expression) -> object:
    if name.text not in _FACTS:
        hint = suggest(name.text, _FACTS) or f"it knows {', '.join(_FACTS)} and idea"
        raise frame.state.fail(Problem("E301", f"`about` has no entry `{name.text}`", hint=hint), name.span)
    value = plain_value(frame, tree)
    kind = _FACTS[name.text]
    if not isinstance(value, kind) or isinstance(value, (bool, Bytes)):
        expected = "a whole number" if kind is int else "a string"
        found = f"{format_value(value)}, {type_name(value)}"
        message = f"`{name.text}` cannot be {format_value(value)}"
        problem = Problem("E302", message, expected=expected, found=found)
        raise frame.state.fail(problem, tree.span)
    return value


def _change_ideas(frame: Frame, ideas: list[Idea], tree: ast.Idea) -> None:
    """Adds an idea, or drops one of the base."""
    flag = tree.flag.text if tree.flag is not None else None
    if flag is not None and tree.flag is not None and flag not in _FLAGS:
        expected, hint = "still_used, dropped, or nothing", suggest(flag, _FLAGS)
        problem = Problem("E301", f"an idea cannot be `{flag}`", expected=expected, hint=hint)
        frame.state.report.add(problem.at(tree.flag.span))
    if flag != "dropped":
        ideas.append(Idea(text=tree.text, still_used=flag is not None))
        return
    texts = [idea.text for idea in ideas]
    if tree.text in texts:
        del ideas[texts.index(tree.text)]
        return
    found = "; ".join(texts) or "none"
    problem = Problem("E301", "the base has no such idea to drop", found=found, hint=suggest(tree.text, texts))
    frame.state.report.add(problem.at(tree.span))


def declare_inputs(frame: Frame, tree: ast.Input) -> None:
    """The net's inputs. A single one is what the first chain continues from."""
    state = frame.state
    for feed in tree.feeds:
        name = feed.name.text
        if name in state.inputs or name in frame.layers:
            first = state.drafts[name].span if name in state.drafts else frame.later.get(name)
            note = Note("first defined here", first)
            state.report.error("E203", f"`{name}` is defined twice", feed.name.span, notes=(note,))
            continue
        draft = Draft(name, None, (), feed.span, is_input=True, edits=state.take_edits())
        draft.section = frame.section
        state.inputs.add(name)
        state.drafts[name] = draft
        frame.taken.add(name)
        frame.layers[name] = Wire(name)
        draft.shape = input_shape(frame, feed.shape)
    frame.flow = Wire(next(iter(state.inputs))) if len(state.inputs) == 1 else None
    frame.why_no_flow = "the net has several inputs, and the chain does not say which it reads"


def input_shape(frame: Frame, tree: ast.Expression) -> Shape:
    """A shape without the batch, from a size, a number or a list; raises Reported otherwise."""
    value = plain_value(frame, tree)
    sizes = value if isinstance(value, tuple) else (value,)
    if not sizes or not all(isinstance(size, int) and not isinstance(size, (bool, Bytes)) for size in sizes):
        expected = "a size such as 3x224x224 (channels x height x width), or a number of features"
        found = f"{format_value(value)}, {type_name(value)}"
        raise frame.state.fail(Problem("E302", "this is no shape", expected=expected, found=found), tree.span)
    if len(sizes) > 8:
        problem = Problem("E306", "this shape has too many axes", expected="at most 8", found=str(len(sizes)))
        raise frame.state.fail(problem, tree.span)
    count = 1
    for size in sizes:
        count *= size
    if min(sizes) < 1 or count > LARGEST:
        expected = "sizes of 1 or more" if min(sizes) < 1 else f"at most {LARGEST:_} values"
        found = format_value(value)
        raise frame.state.fail(Problem("E306", "this shape is impossible", expected=expected, found=found), tree.span)
    return tuple(sizes)


def declare_device(frame: Frame, tree: ast.Device) -> None:
    """The logical devices, with the memory that they may use."""
    for name, arguments in tree.devices:
        if name.text in frame.state.devices:
            note = Note("first defined here", frame.state.device_spans[name.text])
            frame.state.report.error("E203", f"device `{name.text}` is defined twice", name.span, notes=(note,))
            continue
        if frame.knows(name.text):
            frame.state.report.error("E203", f"`{name.text}` has a meaning already", name.span)
            continue
        if why := why_no_device(name.text):
            frame.state.report.error("E205", f"a device cannot be called `{name.text}`: {why}", name.span)
        frame.state.devices[name.text] = Device(name=name.text)
        frame.state.device_spans[name.text] = name.span
        for argument in arguments:
            memory = _memory(frame, argument)
            frame.state.devices[name.text] = Device(name=name.text, memory=memory)


def _memory(frame: Frame, argument: ast.Argument) -> int:
    if argument.name not in ("memory", None):
        hint = suggest(str(argument.name), ["memory"]) or "it has memory only"
        problem = Problem("E301", f"a device has no argument `{argument.name}`", hint=hint)
        raise frame.state.fail(problem, argument.span)
    value = plain_value(frame, argument.value)
    if not isinstance(value, Bytes) or value < 1:
        found = f"{format_value(value)}, {type_name(value)}"
        message = f"`memory` cannot be {format_value(value)}"
        problem = Problem("E302", message, expected="an amount of memory such as 3GB", found=found)
        raise frame.state.fail(problem, argument.value.span)
    return int(value)


def find_device(frame: Frame, name: ast.Name) -> str:
    """The declared device of this name; raises Reported when there is none, or a tower's layer would leave it."""
    if frame.tower is not None:
        hint = "place it outside the towers, where both can be read"
        problem = Problem("E504", f"inside a tower everything runs on its device, here {frame.tower}", hint=hint)
        raise frame.state.fail(problem, name.span)
    if name.text in frame.state.devices:
        return name.text
    known = frame.state.devices
    hint = suggest(name.text, known) or ("declare it: `device " + name.text + "`")
    raise frame.state.fail(Problem("E501", f"unknown device `{name.text}`", hint=hint), name.span)
