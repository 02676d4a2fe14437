"""The command line: arguments to compiler to backend to file. Exit 1 for a bad spec, 2 for bad usage."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper

import click

from .commands.build import build
from .commands.check import check
from .commands.curves import curves
from .commands.devices import devices
from .commands.diff import diff
from .commands.draw import draw
from .commands.equiv import equiv
from .commands.explain import explain
from .commands.fmt import fmt
from .commands.new import new
from .commands.place import place
from .commands.run import run
from .commands.show import show
from .commands.slides import slides
from .commands.train import train
from .commands.zoo import zoo

COMMANDS = (check, show, devices, build, run, train, curves, draw, slides, diff, equiv, place, fmt, new, explain, zoo)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="netc", message="%(prog)s %(version)s")
def main() -> None:
    """One spec gives the figure, the numbers and the PyTorch module of a network.

    SPEC is a file (net.net), one net of it (net.net:Name), a shipped spec
    (zoo:lenet5) or `-` for standard input.
    """
    # No other package has a say in what a spec means; to look for pydantic's plugins takes time, too.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without lines and arrows shows question marks


for command in COMMANDS:
    main.add_command(command)

gc.freeze()  # what is imported lives to the end: the garbage collector need not look at it again, not even at the exit

if __name__ == "__main__":
    main()
