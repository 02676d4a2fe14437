"""A net as a program of several processes: one rank per device. Imports no torch."""

from .source import ranks_extras, ranks_source, without_devices

__all__ = ["ranks_extras", "ranks_source", "without_devices"]
