"""``netc build``: a net as a PyTorch module, verified, as a program of ranks, or as an ONNX model."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from .. import backends
from ..compiler import Graph, Problem
from .console import backend, complaining, write
from .spec import graph_of, refuse, spec_options


@click.command()
@spec_options
@click.option("-o", "--output", metavar="FILE", help="The file to write; standard output otherwise.")
@click.option("--seed", type=click.IntRange(0), help="Of the weights in an ONNX file; 0 otherwise.")
@click.option("--weights", metavar="FILE", help="Weights for an ONNX file, of torch.save or safetensors.")
@click.option("--optimize", is_flag=True, help="Write it for evaluation alone, as fast as plain PyTorch can.")
@click.option("--ranks", is_flag=True, help="Write it as a program for torchrun: every device is a rank.")
@click.option("--force", is_flag=True, help="Replace a file that netc did not write.")
def build(
    spec: str, net: str | None, settings: tuple[str, ...], output: str | None, seed: int | None, weights: str | None,
    optimize: bool, ranks: bool, force: bool,
) -> None:  # fmt: skip
    """Write a net as a PyTorch module, and verify it.

    The file needs torch alone. What was written is held against the graph:
    layers, shapes, parameters and devices.

    A file that ends in .onnx is an ONNX model for any batch, with random
    weights or those of --weights, and is run in onnxruntime against the module
    where that is installed.

    --optimize folds batch normalizations into the layers before them, and
    stores kernels channels last; `from_state_dict` of the class takes the
    weights of the module that is written without it.

    --ranks writes a program that trains the net in several processes, one per
    device, each with the layers of its device only; docs/ranks.md tells of it.
    """
    ending = Path(output or "").suffix.lower()
    if ending not in ("", ".py", ".onnx"):
        raise click.UsageError(f"`{ending}` is nothing that netc builds: -o net.py or -o net.onnx")
    is_onnx = ending == ".onnx"
    if (seed is not None or weights is not None) and not is_onnx:
        option = "--seed" if seed is not None else "--weights"
        raise click.UsageError(f"{option} is for the weights of an ONNX file: -o net.onnx")
    if seed is not None and weights is not None:
        raise click.UsageError("--seed draws weights, --weights has them: one of them")
    if optimize and is_onnx:
        raise click.UsageError("--optimize is for PyTorch: what runs an ONNX file fuses layers by itself")
    if ranks and (optimize or is_onnx):
        raise click.UsageError("--ranks is for training in PyTorch: -o net_ranks.py, without --optimize")
    graph = graph_of(spec, net, settings)
    if ranks:
        content, done = _ranks(graph, spec, net)
    else:
        content, done = _onnx(graph, seed or 0, weights) if is_onnx else _python(graph, optimize)
    write(output, content, force)
    click.echo(f"{output or graph.net}: {done}", err=True)


def _python(graph: Graph, optimize: bool) -> tuple[bytes, str]:
    """The file, and what was verified."""
    writer = backend("torch")
    if not optimize:
        return _verified("torch.verify", graph, writer.source(graph))
    text = writer.optimized(graph)
    return _verified("torch.verify", writer.for_inference(graph).graph, text)


def _ranks(graph: Graph, spec: str, net: str | None) -> tuple[bytes, str]:
    """The program, and what was verified; ends when the net cannot run so."""
    try:
        text = backend("torch.ranks").ranks_source(graph)
    except Problem as problem:
        refuse(problem, graph)
    content, done = _verified("torch.ranks.verify", graph, text)
    return content, f"{done}, on {len(graph.devices)} ranks"


def _verified(verifier: str, graph: Graph, text: str) -> tuple[bytes, str]:
    """A file's content, and what was verified; ends when it does not agree with the graph."""
    try:
        verification = backends.load(verifier).verify(graph, text)
    except backends.MissingPackage:
        return text.encode(), "not verified: PyTorch is not installed"
    if not verification.ok:
        _refuse("the written module does not agree with the graph", [str(verification)])
    return text.encode(), str(verification)


def _onnx(graph: Graph, seed: int, weights: str | None) -> tuple[bytes, str]:
    """The model, and what was verified; ends when onnxruntime does not agree with the module."""
    with complaining():
        exported = backend("torch.onnx").export(graph, seed, weights)
    batch = "any batch" if exported.free_batch else "one sample at a time: PyTorch cannot leave its batch open"
    try:
        findings = backends.load("torch.onnx.check").check(graph, exported)
    except backends.MissingPackage:
        return exported.content, f"{batch}; not verified: onnxruntime is not installed"
    if findings:
        _refuse("the written model does not agree with the module", findings)
    return exported.content, f"{batch}; onnxruntime agrees with the module"


def _refuse(what: str, findings: Iterable[str]) -> None:
    click.echo("\n".join([f"{what}:", *findings]), err=True)
    sys.exit(1)
