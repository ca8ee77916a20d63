"""The ``boxproof`` command: one module a command, ``entry`` with the parser.

A module of a command has ``add(commands)``, which declares its parser, and ``run(given)``, which
does what was asked for and returns the exit code.
"""

from boxproof.cli.entry import main

__all__ = ["main"]
