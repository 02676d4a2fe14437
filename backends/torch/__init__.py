"""The checked graph as PyTorch: ``source`` writes it, without importing torch.

What runs the written text imports torch, and stands in modules of its own:
``execute.module``, ``verify.verify`` and ``run.run``.
"""

from .source import source

__all__ = ["source"]
