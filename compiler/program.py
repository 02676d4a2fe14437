"""Files and their definitions: reads a spec and what it uses, never outside its folder."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from . import syntax as ast
from .diagnostics import Note, Problem, Report, suggest
from .parse import LARGEST_TEXT, parse
from .source import Source, Span

ZOO = Path(__file__).resolve().parent.parent / "specs"
"""Where the shipped specs are; ``zoo:lenet5`` is ``lenet5.net`` there."""

LONGEST_PATH = 250
"""Characters of the file's name in a `use`; most file systems allow 255 per folder."""

_ZOO_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_NET = re.compile(r"^net (\w+)", re.MULTILINE)


@dataclass(eq=False)
class Module:
    """The definitions that one file sees: its own and those it uses."""

    source: Source
    tree: ast.File
    definitions: dict[str, Definition] = field(default_factory=dict)

    @property
    def nets(self) -> list[Definition]:
        """The file's own nets, in order."""
        return [d for d in self.definitions.values() if d.module is self and not isinstance(d.tree, ast.Block)]

    @property
    def blocks(self) -> list[Definition]:
        """The file's own blocks, in order."""
        own = [definition for definition in self.definitions.values() if definition.module is self]
        return [definition for definition in own if isinstance(definition.tree, ast.Block) and not definition.missing]


@dataclass(frozen=True, eq=False)
class Definition:
    """A block, net or variant, and the module whose names it sees."""

    tree: ast.Block | ast.Net | ast.Variant
    module: Module
    missing: bool = False
    """True where a file should have defined it, and that is reported."""


def read_source(path: Path, name: str | None = None) -> Source:
    """The text of a file; raises Problem E801 when it is no readable text file."""
    name = name or str(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Problem("E801", f"{name} is not a file")
        if path.stat().st_size > 4 * LARGEST_TEXT:
            raise Problem("E801", f"{name} is too large", expected=f"at most {4 * LARGEST_TEXT:_} bytes")
        return decode(path.read_bytes(), name, path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Problem("E801", f"cannot read {name}: {reason}", hint=_of_the_zoo(path) or _nearby(path)) from None


def decode(content: bytes, name: str, path: Path | None = None) -> Source:
    """The text of these bytes; raises Problem E801 when they are not UTF-8."""
    try:
        return Source(name, content.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        message = f"{name} is not a text in UTF-8: byte {error.start} is {error.reason}"
        raise Problem("E801", message) from None


def zoo_path(name: str) -> Path | None:
    """The file of a shipped spec, ``zoo:lenet5``; None for any other name. Raises Problem when it is unknown."""
    if not name.startswith("zoo:"):
        return None
    wanted = name.removeprefix("zoo:")
    path = ZOO / f"{wanted}.net"
    if not (_ZOO_NAME.fullmatch(wanted) and path.is_file()):
        shipped = sorted(file.stem for file in ZOO.glob("*.net"))
        hint = _called(wanted) or suggest(wanted, shipped) or f"shipped are {', '.join(shipped)}"
        raise Problem("E801", f"no shipped spec is called {wanted}", hint=hint)
    return path


def shipped_net(wanted: str) -> tuple[str, str] | None:
    """File and name of the net that somebody calls by its own name: ``resnet50``, ``ResNet-50``."""
    plain = wanted.rpartition(":")[2].lower().replace("-", "").replace("_", "")
    for path in sorted(ZOO.glob("*.net")):
        for net in _NET.findall(path.read_text(encoding="utf-8")):
            if net.lower() == plain and wanted.lower() != path.stem:
                return f"zoo:{path.stem}", net
    return None


def _called(wanted: str) -> str | None:
    """What a shipped net is called, for its own name."""
    file, net = shipped_net(wanted) or ("", "")
    return f"`{file}` has {net}; on the command line it is `{file}:{net}`" if file else None


def _nearby(path: Path) -> str | None:
    """A did-you-mean among the specs of the same folder."""
    try:
        return suggest(path.name, (file.name for file in path.parent.glob("*.net")))
    except OSError:
        return None


def _of_the_zoo(path: Path) -> str | None:
    """What a shipped spec is called, for a name without the ``zoo:``."""
    if _ZOO_NAME.fullmatch(path.stem) and (ZOO / f"{path.stem}.net").is_file():
        return f"the shipped spec is called `zoo:{path.stem}`"
    return _called(path.stem)


class Loader:
    """Loads a spec and the files that it uses, each once."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._modules: dict[Path, Module | None] = {}
        self._opened: list[tuple[Path, Span | None]] = []
        self._folder = Path.cwd()

    def load(self, source: Source) -> Module | None:
        """The module of the main text; None when nothing of it could be parsed."""
        self._folder = (source.path.parent if source.path else Path.cwd()).resolve()
        return self._module(source, None)

    def _module(self, source: Source, used_at: Span | None) -> Module | None:
        tree = parse(source, self.report)
        if tree is None:
            return None
        module = Module(source, tree)
        if source.path:
            self._opened.append((source.path.resolve(), used_at))
        for item in tree.items:
            if isinstance(item, ast.Use):
                self._use(module, item)
            else:
                self._define(module, item.name, Definition(item, module))
        if source.path:
            self._opened.pop()
        return module

    def _define(self, module: Module, name: ast.Name, definition: Definition) -> None:
        earlier = module.definitions.get(name.text)
        if earlier is None:
            module.definitions[name.text] = definition
            return
        note = Note("first defined here", earlier.tree.name.span)
        self.report.error("E203", f"`{name.text}` is defined twice", name.span, notes=(note,))

    def _use(self, module: Module, use: ast.Use) -> None:
        used = self._used_module(module, use)
        if used is None:
            for name in use.names:  # known to exist, so that its readers are not reported
                module.definitions.setdefault(name.text, _missing(name, module))
            return
        for name in use.names:
            definition = used.definitions.get(name.text)
            if definition is None:
                names = ", ".join(used.definitions)
                hint = suggest(name.text, used.definitions) or (f"it defines {names}" if names else None)
                if name.text not in self.report.lost:
                    message = f"{used.source.name} does not define `{name.text}`"
                    self.report.error("E803", message, name.span, hint=hint)
                definition = _missing(name, module)
            self._define(module, name, definition)

    def _used_module(self, module: Module, use: ast.Use) -> Module | None:
        try:
            path = self._resolve(module, str(use.path.value))
            if any(path == opened for opened, _ in self._opened):
                raise self._cycle(module, path)
            if path not in self._modules:
                self._modules[path] = None
                self._modules[path] = self._module(read_source(path, str(use.path.value)), use.span)
            return self._modules[path]
        except Problem as problem:
            self.report.add(problem.at(use.path.span))
            return None

    def _resolve(self, module: Module, written: str) -> Path:
        """The file that a `use` names, inside the folder of the spec."""
        if not written.isprintable() or not 0 < len(written) <= LONGEST_PATH:
            expected = f"1 to {LONGEST_PATH} printable characters"
            raise Problem("E801", "this is no file's name", expected=expected)
        if (shipped := zoo_path(written)) is not None:
            return shipped.resolve()
        base = module.source.path.resolve().parent if module.source.path else self._folder
        try:
            path = (base / written).resolve()
        except (OSError, RuntimeError):  # pathlib's error for links that lead to each other
            raise Problem("E801", f"cannot read {written}: its links lead nowhere") from None
        if not (path.is_relative_to(self._folder) or (path.is_relative_to(ZOO) and base.is_relative_to(ZOO))):
            hint = f"put the file beside the spec, below {self._folder.name}/"
            raise Problem("E802", f"`{written}` is outside the folder of the spec", hint=hint)
        return path

    def _cycle(self, module: Module, path: Path) -> Problem:
        """Files that use each other, with every `use` of the circle."""
        paths = [opened for opened, _ in self._opened]
        links = self._opened[paths.index(path) + 1 :]
        if not links:
            return Problem("E603", f"{module.source.name} uses itself", hint="a file sees its own definitions anyway")
        notes = tuple(Note(f"{opened.name} is used here", span) for opened, span in links)
        return Problem("E603", f"{module.source.name} and {path.name} use each other", notes=notes)


def _missing(name: ast.Name, module: Module) -> Definition:
    """Stands for a definition that is reported as missing already."""
    return Definition(ast.Block(name.span, name, (), ()), module, missing=True)
