"""What tools say to the file that `netc build` writes, net by net over specs/: ruff, mypy, PyTorch's compilers, ONNX.

    make conformance      # or: .venv/bin/python benchmarks/conformance.py [--backend eager] [NET ...]

A net is `resnet.net:ResNet50`. Each is tried in a process of its own. Where a tool makes something that runs, what it
gives is held to the module's own output. Prints a line per net, writes benchmarks/conformance.md (unless nets are
chosen), and exits with 1 when a tool refuses a net. What is not installed is said to be so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor, nn

from netc.backends.torch import source
from netc.backends.torch.execute import execute
from netc.backends.torch.source import class_name
from netc.compiler import Graph, Report, Source, load, load_module

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "benchmarks/conformance.md"
READERS = {"ruff": ["check", "--isolated", "--output-format", "concise"], "mypy": []}
"""Tools that read all files at once and say `file:line` of what they do not like, with their default rules."""
CLOSE = 1e-4
"""Accepted difference, as a part of the largest value of an output."""
SAMPLES = 2

YES = "yes"


def nets() -> list[str]:
    """All nets of specs/, as `resnet.net:ResNet50`, by file and in the order of the file."""
    found = []
    for path in sorted((ROOT / "specs").glob("*.net")):
        module = load_module(Source(str(path), path.read_text(encoding="utf-8")), Report())
        assert module is not None, f"{path.name} has mistakes: netc check {path}"
        found += [f"{path.name}:{definition.tree.name.text}" for definition in module.nets]
    return found


def graph_of(net: str) -> Graph:
    """The checked graph of `resnet.net:ResNet50`."""
    return load(str(ROOT / "specs" / net))


# Tools that run a net


class Trial:
    """One net, its module in evaluation, and what that gives."""

    def __init__(self, graph: Graph, backend: str) -> None:
        self.graph = graph
        self.backend = backend
        self.text = source(graph)
        torch.manual_seed(0)
        self.model = self.module()
        self.inputs = tuple(torch.randn(SAMPLES, *entry.shape) for entry in graph.inputs)
        with torch.no_grad():
            self.wanted = outputs(self.model(*self.inputs))

    def module(self) -> nn.Module:
        """A new module of the written text, on the CPU."""
        made = execute(self.text, f"<netc {self.graph.net}>")[class_name(self.graph)]
        model: nn.Module = made(**{device.name: "cpu" for device in self.graph.devices})
        return model.eval()

    def agrees(self, result: Any) -> str:
        """Whether something else gave what the module gives."""
        for wanted, found in zip(self.wanted, outputs(result), strict=True):
            difference = float((wanted - found).abs().max() / wanted.abs().max())
            if not difference <= CLOSE:
                return f"differs by {difference:.0e}"
        return YES


def outputs(result: Any) -> list[Tensor]:
    """The tensors that a module gives."""
    return list(result.values()) if isinstance(result, dict) else [result]


def run_with_warnings_as_errors(trial: Trial) -> str:
    """Compiles the text, makes the module and carries one training step out; a warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = trial.module().train()
        torch.stack([output.mean() for output in outputs(model(*trial.inputs))]).sum().backward()
    return YES


def compile_whole(trial: Trial) -> str:
    """torch.compile, as one graph without breaks."""
    torch._dynamo.reset()
    with torch.no_grad():
        return trial.agrees(torch.compile(trial.model, fullgraph=True, backend=trial.backend)(*trial.inputs))


def export(trial: Trial) -> str:
    """torch.export.export."""
    return trial.agrees(torch.export.export(trial.model, trial.inputs).module()(*trial.inputs))


def trace(trial: Trial) -> str:
    """torch.jit.trace; it takes a dictionary of outputs for constant, as this one is, when it is not strict."""
    traced = torch.jit.trace(trial.model, trial.inputs, strict=len(trial.wanted) == 1)
    return trial.agrees(traced(*trial.inputs))


def onnx(trial: Trial) -> str:
    """The ONNX model, run in onnxruntime."""
    missing = [name for name in ("onnx", "onnxscript", "onnxruntime") if find_spec(name) is None]
    if missing:
        return f"{missing[0]} is not installed"
    from netc.backends.torch import onnx_check, onnx_export  # noqa: PLC0415 - they need what may be missing

    exported = onnx_export.export(trial.graph)
    batch = "" if exported.free_batch else ", one sample at a time"
    return "; ".join(onnx_check.check(trial.graph, exported)) or YES + batch


RUNNERS: dict[str, Callable[[Trial], str]] = {
    "-W error": run_with_warnings_as_errors,
    "torch.compile": compile_whole,
    "torch.export": export,
    "torch.jit.trace": trace,
    "ONNX": onnx,
}


def tried(graph: Graph, backend: str) -> dict[str, str]:
    """What every tool that runs a net says to it: `yes`, or why not."""
    trial = Trial(graph, backend)
    found = {}
    for name, tool in RUNNERS.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found[name] = tool(trial)
            except Exception as error:  # noqa: BLE001 - whatever a tool raises is its answer
                found[name] = f"{type(error).__name__}: {error}".strip().splitlines()[0]
    return found


# Tools that read files


def read(names: Iterable[str], folder: Path) -> dict[str, dict[str, str]]:
    """What the tools that read files say to every net."""
    files = {net: folder / f"{net.replace('.net:', '_')}.py" for net in names}
    for net, file in files.items():
        file.write_text(source(graph_of(net)), encoding="utf-8")
    found: dict[str, dict[str, str]] = {net: {} for net in files}
    for tool, options in READERS.items():
        said = complaints(tool, options, folder)
        for net, file in files.items():
            found[net][tool] = said if isinstance(said, str) else said.get(file.name, YES)
    return found


def complaints(tool: str, options: list[str], folder: Path) -> str | dict[str, str]:
    """The first thing that a tool does not like in every file; or why it says nothing."""
    if find_spec(tool) is None:
        return f"{tool} is not installed"
    command = [sys.executable, "-m", tool, *options, "."]
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    found: dict[str, str] = {}
    for line in done.stdout.splitlines():
        file, colon, what = line.partition(":")
        if colon and file.endswith(".py"):
            found.setdefault(Path(file).name, what.strip())
    return found if found or done.returncode == 0 else f"{tool} fails: {done.stderr.strip()}"


# The table


def in_its_own_process(net: str, backend: str) -> dict[str, str]:
    """``tried`` in a new process: one net cannot take another's memory, or end its trial."""
    command = [sys.executable, __file__, "--one", "--backend", backend, net]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith(" ")]
        return dict.fromkeys(RUNNERS, said[-1] if said else f"ends with {done.returncode}")
    answers: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return answers


def table(answers: dict[str, dict[str, str]], backend: str) -> str:
    """The answers as a page."""
    columns = [*READERS, *RUNNERS]
    count = sum(all(map(accepts, row.values())) for row in answers.values())
    tools = ", ".join(f"{name} {version(name)}" for name in (*READERS, "torch", "onnxruntime") if find_spec(name))
    return "\n".join(
        [
            "# What tools say to the written files",
            "",
            f"{count} of {len(answers)} nets of specs/ are accepted by all. `make conformance` writes this page.",
            "",
            "- **ruff**, **mypy**: their default rules. **-W error**: one training step, warnings being errors.",
            f'- **torch.compile**: `fullgraph=True, backend="{backend}"`. **torch.export**: `torch.export.export`.',
            "- **ONNX**: written by `torch.onnx.export`, run in onnxruntime.",
            "- What runs gives what the module gives, to 1e-4 of the largest value.",
            f"- With {tools}.",
            "",
            f"| net | {' | '.join(columns)} |",
            f"| --- |{' --- |' * len(columns)}",
            *(f"| {net} | {' | '.join(cell(row[name]) for name in columns)} |" for net, row in answers.items()),
            "",
        ]
    )


def accepts(answer: str) -> bool:
    """Whether a tool takes the net."""
    return answer.startswith(YES)


def cell(answer: str) -> str:
    """An answer in a table."""
    return answer if accepts(answer) else f"no: {answer.replace('|', '/')[:80]}"


def main() -> int:
    """Tries all nets, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("nets", nargs="*", metavar="NET", help="resnet.net:ResNet50; all nets of specs/ otherwise")
    compiler = "inductor" if which("c++") or which("g++") else "eager"
    parser.add_argument("--backend", default=compiler, help="of torch.compile; inductor where there is a C++ compiler")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(tried(graph_of(chosen.nets[0]), chosen.backend)))
        return 0
    answers: dict[str, dict[str, str]] = {}
    with TemporaryDirectory() as folder:
        readings = read(chosen.nets or nets(), Path(folder))
    for net, reading in readings.items():
        answers[net] = reading | in_its_own_process(net, chosen.backend)
        print(net, *(f"{name}: {cell(answer)}" for name, answer in answers[net].items()), sep="  ", flush=True)
    if not chosen.nets:
        TABLE.write_text(table(answers, chosen.backend), encoding="utf-8")
    return int(not all(accepts(answer) for row in answers.values() for answer in row.values()))


if __name__ == "__main__":
    sys.exit(main())
