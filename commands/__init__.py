"""One module per command; ``cli.py`` has the table of them. What they share is in ``console`` and ``spec``."""
