"""Makes docs/gallery.md and the figures in docs/figures/: run it by `make gallery`.

Every figure is drawn by the command that stands below it. A test holds page and figures to what netc draws today.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import NamedTuple

from netc.cli import main

ROOT = Path(__file__).parents[1]
FIGURES = Path("docs/figures")


class Figure(NamedTuple):
    """A figure of the gallery: its file's name, what it shows, and the arguments of `netc draw` but for the file."""

    name: str
    words: str
    arguments: str

    @property
    def command(self) -> str:
        """The whole command, as a user types it in a clone."""
        return f"netc draw {self.arguments} --background theme -o {FIGURES}/{self.name}.svg"


class Part(NamedTuple):
    """Some figures under one title."""

    title: str
    figures: tuple[Figure, ...]


GALLERY = (
    Part(
        "The two originals, from their specs",
        (
            Figure("lenet5", "LeNet-5 as LeCun et al. drew it in 1998 (fig. 2)", "specs/lenet5.net --style lenet"),
            Figure(
                "alexnet",
                "AlexNet as Krizhevsky et al. drew it in 2012 (fig. 2), with both GPUs whole: in the paper, and so in "
                "thousands of slides, the upper one is cut off",
                "specs/alexnet.net --style alexnet",
            ),
        ),
    ),
    Part(
        "Volumes",
        (
            Figure("vgg16-volumes", "VGG-16", "specs/vgg.net --style volumes"),
            Figure("unet-volumes", "U-Net with its skips", "specs/unet.net --style volumes"),
            Figure("alexnet-volumes", "AlexNet by device", "specs/alexnet.net --style volumes --colour device"),
            Figure("lenet5-volumes", "LeNet-5 for a dark slide", "specs/lenet5.net --style volumes --theme dark"),
        ),
    ),
    Part(
        "Blocks",
        (
            Figure("resnet152-blocks", "ResNet-152: 515 layers, folded", "specs/resnet.net"),
            Figure("alexnet-blocks", "AlexNet with every transfer between its GPUs", "specs/alexnet.net"),
            Figure("alexnet-lanes", "AlexNet by device, from beginning to end", "specs/alexnet.net --style lanes"),
            Figure("inception-blocks", "An inception module of GoogLeNet", "examples/inception.net"),
            Figure("vgg16-cost", "Where VGG-16 computes", "specs/vgg.net --colour cost --direction right"),
        ),
    ),
    Part(
        "In the look of the originals",
        (
            Figure("vgg16-alexnet", "VGG-16 as in 2012", "specs/vgg.net --style alexnet"),
            Figure("alexnet-lenet", "AlexNet as in 1998", "specs/alexnet.net:AlexNetMerged --style lenet"),
        ),
    ),
    Part(
        "For print, for small nets, and as a table",
        (
            Figure("unet-print", "U-Net in black and white", "specs/unet.net --style volumes --theme print"),
            Figure("mlp-neurons", "A perceptron", "examples/mlp.net --style neurons"),
            Figure("lenet5-table", "LeNet-5 as a table", "specs/lenet5.net --style table"),
            Figure("lenet5-column", "LeNet-5 in a paper's column", "specs/lenet5.net --for paper-1col --theme paper"),
        ),
    ),
)  # fmt: skip


def page() -> str:
    """The gallery as Markdown."""
    lines = [
        "# Gallery",
        "",
        "Every figure here is drawn by the command below it, in a clone of netc. `make gallery` draws them anew.",
    ]
    for part in GALLERY:
        lines += ["", f"## {part.title}"]
        for figure in part.figures:
            lines += ["", f"{figure.words}:", "", f"![{figure.words}](figures/{figure.name}.svg)"]
            lines += ["", "```sh", figure.command, "```"]
    return "\n".join([*lines, ""])


def draw(figure: Figure, folder: Path) -> Path:
    """Draws one figure into a folder; raises SystemExit when it cannot be drawn."""
    path = folder / f"{figure.name}.svg"
    spec, *options = shlex.split(figure.arguments)
    main(["draw", str(ROOT / spec), *options, "--background", "theme", "-o", str(path)], standalone_mode=False)
    return path


if __name__ == "__main__":
    for part in GALLERY:
        for figure in part.figures:
            draw(figure, ROOT / FIGURES)
    (ROOT / "docs/gallery.md").write_text(page(), encoding="utf-8")
    sys.exit(0)
