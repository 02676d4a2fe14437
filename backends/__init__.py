"""The table of backends. Each is loaded when it is first asked for, so that no command pays for another's imports."""

from __future__ import annotations

from importlib import import_module
from typing import Any

BACKENDS = {
    "report": ".report",
    "report.placing": ".report.placing",
    "figure": ".figure",
    "figure.advice": ".figure.advice",
    "figure.caption": ".figure.caption",
    "figure.comparison": ".figure.comparison",
    "figure.curves": ".figure.curves",
    "figure.lint": ".figure.lint",
    "figure.marks": ".figure.lecture.marks",
    "figure.slides": ".figure.lecture.slides",
    "figure.stamp": ".figure.stamp",
    "figure.steps": ".figure.lecture.steps",
    "figure.styles.blocks": ".figure.styles.blocks",
    "figure.styles.lanes": ".figure.styles.lanes",
    "figure.styles.volumes": ".figure.styles.volumes",
    "figure.styles.lenet": ".figure.styles.lenet",
    "figure.styles.alexnet": ".figure.styles.alexnet",
    "figure.styles.neurons": ".figure.styles.neurons",
    "figure.styles.table": ".figure.styles.table",
    "figure.writers.svg": ".figure.writers.svg",
    "figure.writers.pdf": ".figure.writers.pdf",
    "figure.writers.png": ".figure.writers.png",
    "figure.writers.tex": ".figure.writers.tikz",
    "figure.writers.pptx": ".figure.writers.pptx",
    "figure.writers.beamer": ".figure.writers.beamer",
    "dot": ".dot",
    "torch": ".torch",
    "torch.verify": ".torch.verify",
    "torch.execute": ".torch.execute",
    "torch.ranks": ".torch.ranks",
    "torch.ranks.verify": ".torch.ranks.verify",
    "torch.run": ".torch.run",
    "torch.training": ".torch.training.session",
    "torch.training.ranks": ".torch.training.launch",
    "torch.training.digits": ".torch.training.data.digits",
    "torch.training.tensorboard": ".torch.training.tensorboard",
    "torch.weights": ".torch.weights",
    "torch.weights.report": ".torch.weights_report",
    "torch.converter": ".torch.converter",
    "torch.equivalence": ".torch.equivalence",
    "torch.onnx": ".torch.onnx_export",
    "torch.onnx.check": ".torch.onnx_check",
    "safetensors": "safetensors.torch",
    "equivalence": "..compiler.equivalence",
    "placement": "..compiler.placement.proposal",
}
"""Modules by name. Those below `torch.` import PyTorch; `torch` and `torch.ranks` only write text."""


REMEDIES = {
    "torch": "this needs PyTorch, which is not installed: pip install 'netc[torch]'",
    "onnx": "this needs onnx, which is not installed: pip install 'netc[onnx]'",
    "onnxscript": "this needs onnxscript, which is not installed: pip install 'netc[onnx]'",
    "onnxruntime": "this needs onnxruntime, which is not installed: pip install 'netc[onnx]'",
    "sklearn": "the data set `digits` needs scikit-learn, which is not installed: pip install 'netc[train]'",
    "tensorboard": "this needs tensorboard, which is not installed: pip install tensorboard",
    "safetensors": "this needs safetensors, which is not installed: pip install safetensors",
}
"""What is said where a package is missing that not everybody needs."""


class MissingPackage(Exception):  # noqa: N818 - one sentence for users, who lack a package
    """A backend needs a package that is not installed."""


def load(name: str) -> Any:
    """The module of a backend; raises MissingPackage with the remedy when a package is not installed."""
    try:
        return import_module(BACKENDS[name], __package__)
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        if package not in REMEDIES:
            raise
        raise MissingPackage(REMEDIES[package]) from None
