"""The command line: arguments to compiler to backend to file. Exit 1 for a bad spec, 2 for bad usage."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import unified_diff
from io import TextIOWrapper
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, NoReturn, TypeVar

import click

from . import backends
from .backends.files import may_replace, write_whole
from .compiler import (
    Compiled,
    Diagnostic,
    Graph,
    Problem,
    Report,
    Source,
    SpecError,
    check_given,
    check_source,
    compile_net,
    decode,
    explain,
    format_text,
    load_module,
    open_spec,
    parse_source,
    parse_value,
    pick,
    render,
    stages,
)

F = TypeVar("F", bound=Callable[..., Any])


def _fail(diagnostics: Iterable[Diagnostic], code: int) -> NoReturn:
    """Prints diagnostics and ends: 1 for a bad spec, 2 for bad usage."""
    found = list(diagnostics)
    click.echo("\n\n".join(render(diagnostic) for diagnostic in found), err=True)
    if code == 1 and len(found) > 1:
        click.echo(f"\n{len(found)} errors", err=True)
    sys.exit(code)


def _note(text: str) -> None:
    click.echo(f"note: {text}", err=True)


def _source(spec: str, net: str | None = None) -> tuple[Source, str | None]:
    """The text of a spec, and the net asked for."""
    try:
        if spec == "-":
            if sys.stdin is None:
                raise Problem("E801", "cannot read standard input: it is closed")
            return decode(sys.stdin.buffer.read(), "<stdin>"), net
        return open_spec(spec, net)
    except Problem as problem:
        _fail([problem.diagnostic], 2)


def _graph(spec: str, net: str | None, settings: tuple[str, ...]) -> Graph:
    """The checked graph of a spec; ends with its diagnostics when it has none."""
    source, name = _source(spec, net)
    report = Report()
    module = load_module(source, report)
    if module is None:
        _fail(report, 1)
    try:
        given = dict(parse_value(setting) for setting in settings)
        if report and not module.nets:
            _fail(report, 1)
        definition = pick(module, name)
        check_given(definition, given)
    except Problem as problem:
        _fail([problem.diagnostic], 1 if problem.diagnostic.code == "E605" else 2)
    if name is None and len(module.nets) > 1:
        others = ", ".join(entry.tree.name.text for entry in module.nets[:-1])
        _note(
            f"{spec} also defines {others}; this is {definition.tree.name.text}, the last ({spec}:Name picks another)"
        )
    result = compile_net(definition, given, report)
    if result.graph is None:
        _fail(result.errors, 1)
    for claim in result.claims:
        click.echo(render(claim, "warning"), err=True)
    return result.graph


def _backend(name: str) -> Any:
    try:
        return backends.load(name)
    except backends.MissingPackage as error:
        raise click.UsageError(str(error)) from None


def _write(output: str | None, content: bytes, force: bool) -> None:
    """To a file, or to standard output for None and `-`."""
    if output in (None, "-"):
        sys.stdout.buffer.write(content)
        return
    path = Path(str(output))
    with _writing(path):
        if not force and not may_replace(path):
            raise click.UsageError(f"{path} exists and netc did not write it; --force replaces it")
        write_whole(path, content)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Says in a sentence why a file cannot be written."""
    try:
        yield
    except OSError as error:
        raise click.UsageError(f"cannot write {path}: {error.strerror}") from None


def _spec_options(command: F) -> F:
    """What every command takes that reads one net."""
    for decorate in (
        click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a parameter of the net."),
        click.option("--net", metavar="NAME", help="The net, where the file has several; the last one otherwise."),
        click.argument("spec"),
    ):
        command = decorate(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="netc", message="%(prog)s %(version)s")
def main() -> None:
    """One spec gives the figure, the numbers and the PyTorch module of a network.

    SPEC is a file (net.net), one net of it (net.net:Name), a shipped spec
    (zoo:lenet5) or `-` for standard input.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without lines and arrows shows question marks


@main.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option("--emit", type=click.Choice(stages.STAGES), help="Print a stage of the compilation instead.")
def check(specs: tuple[str, ...], as_json: bool, emit: str | None) -> None:
    """Check every net of specs, all mistakes at once.

    Every expectation is evaluated. Exits with 1 if anything is wrong.
    """
    if emit:
        for spec in specs:
            _emit(spec, emit)
        return
    results = {spec: _checked(spec) for spec in specs}
    if as_json:
        click.echo(json.dumps([stages.checked_json(spec, nets) for spec, nets in results.items()], indent=2))
    else:
        for spec, nets in results.items():
            _print_checked(spec, nets)
    sys.exit(int(any(result.diagnostics for nets in results.values() for result in nets)))


def _checked(spec: str) -> list[Compiled]:
    source, name = _source(spec)
    results = check_source(source)
    if name is not None and not any(result.net == name for result in results):
        _fail([Problem("E206", f"{source.name} has no net `{name}`").diagnostic], 2)
    return [result for result in results if name in (None, result.net) or not result.net]


def _print_checked(spec: str, nets: list[Compiled]) -> None:
    for result in nets:
        for diagnostic in result.diagnostics:
            click.echo(render(diagnostic) + "\n", err=True)
        if result.graph is not None and not result.diagnostics:
            click.echo(f"ok  {spec}: {stages.summary(result)}")
    count = sum(len(result.diagnostics) for result in nets)
    if count:
        click.echo(f"{spec}: {count} error{'s' * (count > 1)}", err=True)
    elif not nets:
        click.echo(f"ok  {spec}: no net; its blocks are checked where they are used")


def _emit(spec: str, stage: str) -> None:
    source, name = _source(spec)
    try:
        click.echo(stages.emit(source, stage, name))
    except SpecError as error:
        _fail(error.diagnostics, 1)


@main.command()
@_spec_options
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--csv", "form", flag_value="csv", help="Print comma-separated values.")
@click.option("--markdown", "form", flag_value="markdown", help="Print a Markdown table.")
@click.option("--latex", "form", flag_value="latex", help="Print a LaTeX table (booktabs).")
def show(spec: str, net: str | None, settings: tuple[str, ...], form: str | None) -> None:
    """Show a net's layers, shapes and costs.

    Parameters, connections, multiply-adds (MACs), devices and transfers.
    """
    graph = _graph(spec, net, settings)
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(_backend("report").render(graph, form or "table", width), nl=False)


@main.command()
@_spec_options
@click.option("-o", "--output", metavar="FILE", help="The file to write; standard output otherwise.")
@click.option("--force", is_flag=True, help="Replace a file that netc did not write.")
def build(spec: str, net: str | None, settings: tuple[str, ...], output: str | None, force: bool) -> None:
    """Write a net as a PyTorch module, and verify it.

    The file needs torch alone. What was written is held against the graph:
    layers, shapes, parameters and devices.
    """
    graph = _graph(spec, net, settings)
    text = _backend("torch").source(graph)
    try:
        verification = backends.load("torch.verify").verify(graph, text)
    except backends.MissingPackage:
        verification = None
    if verification is not None and not verification.ok:
        click.echo(f"the written module does not agree with the graph:\n{verification}", err=True)
        sys.exit(1)
    _write(output, text.encode(), force)
    done = "not verified: PyTorch is not installed" if verification is None else str(verification)
    click.echo(f"{output or graph.net}: {done}", err=True)


@main.command()
@_spec_options
@click.option("--batch", type=click.IntRange(min=1), default=1, show_default=True, help="Samples per pass.")
@click.option("--device", "devices", multiple=True, metavar="NAME=DEVICE", help="Bind a logical device: gpu0=cuda:0.")
def run(spec: str, net: str | None, settings: tuple[str, ...], batch: int, devices: tuple[str, ...]) -> None:
    """Run a net forward and backward.

    On random input; prints output shapes, times and memory.
    """
    graph = _graph(spec, net, settings)
    pairs = [device.partition("=") for device in devices]
    if not all(name and equals and target for name, equals, target in pairs):
        raise click.BadParameter("write NAME=DEVICE, as in gpu0=cuda:0", param_hint="--device")
    backend = _backend("torch.run")
    try:
        click.echo(str(backend.run(graph, batch, {name: target for name, _, target in pairs})))
    except Problem as problem:
        _fail([problem.diagnostic], 2)


@main.command()
@_spec_options
@click.option("-o", "--output", "outputs", multiple=True, required=True, metavar="FILE", help="x.svg, x.gv, x.pdf, ...")
@click.option("-f", "--format", "form", help="The format, where the file's ending does not say it.")
@click.option("--style", default="blocks", show_default=True, help="Its style; `dot` leaves it to graphviz.")
@click.option("--theme", default="light", show_default=True, help="Its colours.")
@click.option("--force", is_flag=True, help="Replace a file that netc did not write.")
def draw(
    spec: str, net: str | None, settings: tuple[str, ...], outputs: tuple[str, ...], form: str | None, style: str,
    theme: str, force: bool,
) -> None:  # fmt: skip
    """Draw a net as a figure.

    A file that ends in .svg is netc's own figure; .gv, .pdf, .png and the
    style `dot` are graphviz's.
    """
    graph = _graph(spec, net, settings)
    endings = {output: "svg" if output == "-" else Path(output).suffix.removeprefix(".") for output in outputs}
    drawn = {output: _drawn(graph, form or ending, style, theme) for output, ending in endings.items()}
    for output, content in drawn.items():
        _write(output, content, force)


def _drawn(graph: Graph, form: str, style: str, theme: str) -> bytes:
    try:
        figure = _backend("figure")
        if form in figure.FORMATS and style != "dot":
            drawn: bytes = figure.draw(graph, figure.Look(style, theme), form)
            return drawn
        figure.themes.load(theme)
        if style != "dot":
            figure.style_of(style)
        through_dot: bytes = _backend("dot").draw(graph, form)
        return through_dot
    except backends.MissingPackage as error:
        raise click.UsageError(str(error)) from None
    except Problem as problem:
        _fail([problem.diagnostic], 2)


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file is not formatted.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change.")
def fmt(files: tuple[str, ...], only_check: bool, diff: bool) -> None:
    """Format specs.

    `-` formats standard input to standard output.
    """
    changed = [file for file in files if _format(file, only_check or diff, diff)]
    if (only_check or diff) and changed:
        if only_check:
            click.echo("\n".join(f"not formatted: {file}" for file in changed), err=True)
        sys.exit(1)


def _format(file: str, dry: bool, diff: bool) -> bool:
    """Formats one file; True when it was not formatted."""
    source, _ = _source(file)
    _, errors = parse_source(source)
    if errors:
        _fail(errors, 1)
    formatted = format_text(source.text)
    changed = formatted != source.text
    if diff and changed:
        lines = unified_diff(source.text.splitlines(True), formatted.splitlines(True), file, f"{file}, formatted")
        click.echo("".join(lines), nl=False)
    if file == "-" and not dry:
        click.echo(formatted, nl=False)
    elif changed and not dry and source.path is not None:
        with _writing(source.path):
            write_whole(source.path, formatted.encode())
    return changed


@main.command("explain")
@click.argument("topic", required=False)
def explain_command(topic: str | None) -> None:
    """Explain an op or a message, or list all ops.

    TOPIC is an op (conv) or the code of a diagnostic (E401).
    """
    try:
        click.echo(explain(topic).rstrip("\n"))
    except Problem as problem:
        _fail([problem.diagnostic], 2)


if __name__ == "__main__":
    main()
