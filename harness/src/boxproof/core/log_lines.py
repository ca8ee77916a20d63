"""Where one line of a log ends and the next one begins."""

from io import StringIO


def log_lines(log: str) -> list[str]:
    """The lines of a log, each ended by a line feed.

    ``str.splitlines`` ends one at U+0085, U+2028 and others as well, which may stand in a line of
    JSON as they are (RFC 8259, 7).
    """
    return [line.removesuffix("\n") for line in StringIO(log)]
