"""How long a figure of AlexNet takes, and how large its smallest text is on a slide: netc and its peers, side by side.

    make bench-figures        # or: .venv/bin/python benchmarks/figures.py [rounds]

Every figure is a process of its own, from the start of Python to the file. The tools take turns in one run. The peers
draw the module that `netc build` writes. Writes benchmarks/figures.md, and exits with 1 when a target is missed.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from shutil import which
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from PIL import Image

ROOT = Path(__file__).parents[1]
ROUNDS = 5
SPEC = f"{ROOT}/specs/alexnet.net:AlexNetMerged"
SLIDE = (960.0, 540.0)
"""Points of a slide of 13.33 x 7.5 in."""
FORMATS = ("svg", "pdf", "png", "tex", "pptx")
LEAST_SPEED_UP = 5.0
"""How many times faster than the fastest peer netc must write SVG."""

MODEL = "import torch\nfrom alexnet import AlexNetMerged\nmodel = AlexNetMerged().eval()\n"


class Tool(NamedTuple):
    """One way to draw: a command that writes ``file``, and how the size of the smallest text is found in it."""

    name: str
    command: list[str]
    file: str
    smallest: Callable[[Path], float | None]


def of_svg(path: Path) -> float | None:
    """Size of the smallest text in points when the figure fills a slide."""
    text = path.read_text(encoding="utf-8")
    width, height = map(float, re.findall(r'viewBox="\S+ \S+ (\S+) (\S+)"', text)[0])
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', text)]
    return min(sizes) * min(SLIDE[0] / width, SLIDE[1] / height) if sizes else None


def of_bitmap(font: float) -> Callable[[Path], float | None]:
    """The same for a bitmap whose text has so many pixels."""

    def smallest(path: Path) -> float:
        width, height = Image.open(path).size
        return font * min(SLIDE[0] / width, SLIDE[1] / height)

    return smallest


def unmeasured(path: Path) -> None:
    """A format of netc's own; its coordinates are those of the SVG."""


def netc_tools() -> list[Tool]:
    """The formats of netc, each as one tool."""
    program = str(Path(sys.executable).parent / "netc")
    return [
        Tool(
            f"netc, {form}",
            [program, "draw", SPEC, "-o", f"netc.{form}", "--force"],
            f"netc.{form}",
            of_svg if form == "svg" else unmeasured,
        )
        for form in FORMATS
    ]


def peers() -> list[Tool]:
    """The others, each as its documentation draws a model; with sizes written where that is an option."""
    visualtorch = (
        "import visualtorch\nimage = visualtorch.render(model, (1, 3, 224, 224), style='flow', show_dimension=True)\n"
        "image.save('visualtorch.png')"
    )
    torchview = (
        "from torchview import draw_graph\ngraph = draw_graph(model, input_size=(1, 3, 224, 224), device='meta')\n"
        "graph.visual_graph.render('torchview', format='svg')"
    )
    torchlens = (
        "from torchlens.options import VisualizationOptions\nfrom torchlens.visualization import show_model_graph\n"
        "look = VisualizationOptions(container_path='torchlens', file_format='svg', save_only=True)\n"
        "show_model_graph(model, torch.zeros(1, 3, 224, 224), visualization=look)"
    )
    return [
        Tool(f"visualtorch {version('visualtorch')}, png", script(visualtorch), "visualtorch.png", of_bitmap(10)),
        Tool(f"torchview {version('torchview')}, svg", script(torchview), "torchview.svg", of_svg),
        Tool(f"torchlens {version('torchlens')}, svg", script(torchlens), "torchlens.svg", of_svg),
    ]


def script(lines: str) -> list[str]:
    """A command that draws the built module."""
    return [sys.executable, "-c", MODEL + lines]


def seconds(tool: Tool, folder: Path) -> float:
    """How long one process takes; raises CalledProcessError when it fails."""
    start = perf_counter()
    subprocess.run(tool.command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return perf_counter() - start


def table(tools: list[Tool], times: dict[str, float], folder: Path, fastest: float) -> str:
    """The results as a Markdown table."""
    rows = [
        "| tool and format | seconds | times netc's svg | smallest text on a slide |",
        "| --- | ---: | ---: | ---: |",
    ]
    own = times["netc, svg"]
    for tool in tools:
        smallest = tool.smallest(folder / tool.file)
        text = "as svg" if tool.smallest is unmeasured else "no text" if smallest is None else f"{smallest:.1f} pt"
        rows.append(f"| {tool.name} | {times[tool.name]:.2f} | {times[tool.name] / own:.1f} | {text} |")
    verdict = "met" if fastest / own >= LEAST_SPEED_UP else "missed"
    target = f"at least {LEAST_SPEED_UP:g} times as fast to SVG as the fastest of the others: {fastest / own:.1f}"
    return "\n".join(rows) + f"\n\nTarget, {verdict}: {target}.\n"


def main() -> int:
    """Runs all, prints and writes the table."""
    if which("dot") is None:
        print("torchview and torchlens need the program `dot` of Graphviz, which is not installed")
        return 2
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    own, others = netc_tools(), peers()
    with TemporaryDirectory() as name:
        folder = Path(name)
        build = [str(Path(sys.executable).parent / "netc"), "build", SPEC, "-o", "alexnet.py"]
        subprocess.run(build, check=True, cwd=folder, stderr=subprocess.DEVNULL)
        taken = [{tool.name: seconds(tool, folder) for tool in own + others} for _ in range(rounds + 1)][1:]
        times = {tool.name: median(each[tool.name] for each in taken) for tool in own + others}
        fastest = min(times[tool.name] for tool in others)
        text = table(own + others, times, folder, fastest)
    system = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    how = f"AlexNet as whole processes: medians of {rounds} rounds in one run of `make bench-figures` ({system})."
    notes = "visualtorch writes bitmaps only; its text is Pillow's default font of 10 pixels."
    (ROOT / "benchmarks/figures.md").write_text(f"# Figures\n\n{how} {notes}\n\n{text}")
    print(text, end="")
    return int(fastest / times["netc, svg"] < LEAST_SPEED_UP)


if __name__ == "__main__":
    sys.exit(main())
