"""From graphs to the contents of files, and what else `netc draw` says of a figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from .. import backends
from ..compiler import Graph
from .console import complaining, note
from .looks import look_of
from .spec import graph_of
from .targets import Target

DOT_FORMATS = ("gv", "dot")
"""Formats that are exported for graphviz, without anything of the look."""


class Asked(NamedTuple):
    """What is to be said of a figure: what its lint finds, its caption, whether a file is up to date."""

    lint: bool = False
    caption: bool = False
    drawn: Path | None = None


class Artist(NamedTuple):
    """Draws in one look; ``steps`` names what a build-up adds at a time."""

    look: Any
    theme: Any
    output: Any
    steps: str | None = None

    def figure(self, name: str, graph: Graph) -> Any:
        """The scene of a graph; says so when it is not legible."""
        fitted = backends.load("figure").figure(graph, self.look)
        if not fitted.legible:
            note(f"{name}: {backends.load('figure.advice').advice(fitted, self.look)}")
        return fitted.scene

    def pages(self, scene: Any, graph: Graph) -> list[Any]:
        """The figure, or its build-up."""
        if self.steps is None:
            return [scene]
        scenes: list[Any] = backends.load("figure.steps").steps(scene, graph, self.steps)
        return scenes

    def write(self, scenes: Sequence[Any], target: Target) -> Iterator[tuple[Path | None, bytes]]:
        """Scenes as pages of one file, else as one file each."""
        figure = backends.load("figure")
        if boxes := figure.lacking(scenes, target.format):
            where = target.path or "standard output"
            note(f"{where}: {target.format} has an empty box for {' '.join(boxes)}; svg and pptx have the character")
        if figure.has_pages(target.format):
            yield target.path, figure.write(scenes, self.theme, target.format, self.output)
            return
        if target.path is None and len(scenes) > 1:
            raise click.UsageError(f"{len(scenes)} steps as {target.format} need files: -o steps.{target.format}")
        for number, scene in enumerate(scenes, 1):
            place = target.numbered(number, len(scenes))
            yield place.path, figure.write([scene], self.theme, target.format, self.output)

    def leaves_to_dot(self, target: Target) -> bool:
        """Whether graphviz lays a file out."""
        return self.look.style == "dot" or target.format in DOT_FORMATS

    def through_dot(self, graph: Graph, target: Target) -> bytes:
        """The graph as graphviz has it; says that the look does not apply."""
        plain = backends.load("figure").Look()
        if self.steps or self.look._replace(style=plain.style) != plain:
            note(f"{target.path or 'standard output'} is laid out by graphviz: options of the look do not apply to it")
        content: bytes = backends.load("dot").draw(graph, target.format)
        return content


class Job:
    """One run of `netc draw`: collects the files to write, and the exit status."""

    def __init__(self, artist: Artist, targets: Mapping[str, Sequence[Target]], asked: Asked) -> None:
        self.artist = artist
        self.targets = targets
        self.asked = asked
        self.drawn: list[tuple[Path | None, bytes]] = []
        self.status = 0

    def draw(self, spec: str, graph: Graph) -> None:
        """Draws one spec, and says of it what was asked."""
        targets = self.targets[spec]
        with complaining():
            self.drawn += [(t.path, self.artist.through_dot(graph, t)) for t in targets if self.artist.leaves_to_dot(t)]
            own = [target for target in targets if not self.artist.leaves_to_dot(target)]
            if own or self.asked.lint:
                scene = self.artist.figure(spec, graph)
                self._lint(spec, scene)
                self._write(self.artist.pages(scene, graph), own)
        self._say(spec, graph)

    def draw_difference(self, specs: Sequence[str], net: str | None, settings: tuple[str, ...]) -> None:
        """Draws two specs in one figure, with what differs marked."""
        if len(specs) != 2 or self.asked.caption:
            raise click.UsageError(
                "--diff draws two specs, without --caption: netc draw --diff A.net B.net -o diff.svg"
            )
        before, after = (graph_of(spec, net, settings) for spec in specs)
        with complaining():
            scene = backends.load("figure.marks").difference(before, after, self.artist.look)
            page, smallest = backends.load("figure").page_of(self.artist.look.target), scene.smallest_text()
            if smallest is not None and round(smallest, 2) < page.least:
                asked = f"`{page.name}` asks for {page.least:g} pt: try another --style or a larger page with --for"
                note(f"the smallest text is {smallest:.1f} pt, and {asked}")
            self._lint(" and ".join(specs), scene)
            self._write(self.artist.pages(scene, after), *self.targets.values())
        for spec, graph in zip(specs, (before, after), strict=True):
            self._check(spec, graph)

    def _write(self, scenes: Sequence[Any], targets: Sequence[Target]) -> None:
        for target in targets:
            self.drawn += self.artist.write(scenes, target)

    def _lint(self, name: str, scene: Any) -> None:
        if self.asked.lint:
            lint = backends.load("figure.lint")
            page = backends.load("figure").page_of(self.artist.look.target)
            findings = lint.lint(scene, self.artist.theme, page, self.artist.output.background)
            click.echo(f"{name}: {lint.report(findings, scene, page)}")
            self.status |= bool(findings)

    def _say(self, spec: str, graph: Graph) -> None:
        if self.asked.caption:
            words = backends.load("figure.caption")
            click.echo(f"{words.caption(graph)}\n\n{words.alt_text(graph)}")
        self._check(spec, graph)

    def _check(self, spec: str, graph: Graph) -> None:
        if path := self.asked.drawn:
            digest = backends.load("figure.stamp").digest_of(path.read_bytes(), path.suffix.removeprefix(".").lower())
            self.status |= digest is None or graph.digest not in digest.split()
            click.echo(f"{path} {_age(digest, graph)} {graph.net} of {spec}")


def _age(digest: str | None, graph: Graph) -> str:
    if digest is None:
        return "does not say what it was drawn from; it is not a figure by netc of"
    return "is up to date with" if graph.digest in digest.split() else "is out of date: it does not show today's"


def artist_of(choices: Mapping[str, Any], background: str, dpi: float | None, steps: str | None) -> Artist:
    """The artist that a command's options ask for; raises Problem for a wrong choice."""
    figure = backends.load("figure")
    look = look_of(choices)
    theme = figure.themes.load(look.theme)
    if look.style != "dot":
        figure.check_options(look.style, figure.style_of(look.style), look.options)
    figure.page_of(look.target)
    if steps is not None:
        figure.check_name("step", steps, ("layer", "section", "device"))
    output = figure.Output(figure.background_of(background, theme.paper))
    return Artist(look, theme, output if dpi is None else output._replace(dpi=dpi), steps)


def check_targets(artist: Artist, targets: Mapping[str, Sequence[Target]], dpi: float | None, lint: bool) -> None:
    """Raises Problem for a format that there is not; ends when an option would change nothing."""
    figure = backends.load("figure")
    places = [place for found in targets.values() for place in found]
    for place in places:
        if artist.look.style != "dot":
            figure.check_name("format", place.format, (*figure.FORMATS, *DOT_FORMATS))
    if lint and artist.look.style == "dot":
        raise click.UsageError("--lint measures what netc lays out itself, not the style `dot`")
    if dpi is not None and not any(place.format == "png" for place in places):
        raise click.UsageError("--dpi is for PNG files, and none is written")
