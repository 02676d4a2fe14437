"""The checked graph as PyTorch: ``source`` writes it, ``optimized`` for evaluation alone, without importing torch.

What runs the written text imports torch, and stands in modules of its own:
``execute.module``, ``verify.verify`` and ``run.run``.
"""

from .inference import for_inference
from .optimized import optimized
from .source import source

__all__ = ["for_inference", "optimized", "source"]
