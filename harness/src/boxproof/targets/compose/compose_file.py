"""A test compose file on disk: nobody but its owner ever reads it."""

import os
import tempfile
from pathlib import Path


def write(path: Path, text: str) -> Path:
    """Write a compose file, which may hold secrets of the environment; returns ``path``.

    It is written beside ``path`` and put in its place when it is whole, so that neither an older
    file's mode nor its open readers ever meet the new text.

    Raises:
        OSError: the folder cannot be written to.
    """
    # Created with mode 0600: https://docs.python.org/3/library/tempfile.html#tempfile.mkstemp
    descriptor, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(made, path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
    return path
