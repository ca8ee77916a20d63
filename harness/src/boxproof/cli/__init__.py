"""The ``boxproof`` command: one module a command, ``entry`` with the parser.

A module of a command has ``add(commands)``, which declares its parser, and ``run(given)``, which
does what was asked for and returns the exit code.
"""

from collections.abc import Sequence

from boxproof.core import signals

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code.

    What it is made of takes a second to import; told to stop meanwhile, it ends at once.
    """
    with signals.ending_at_once():
        from boxproof.cli import entry

        return entry.main(arguments)
