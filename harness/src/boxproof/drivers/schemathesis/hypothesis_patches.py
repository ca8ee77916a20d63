"""What is replaced of Hypothesis in the fuzzing process: what changes a draw, what only costs time.

Both are internal to Hypothesis: where a version has them no longer, nothing is replaced.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest import mock

from hypothesis.internal import charmap
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.internal.intervalsets import IntervalSet

#: The characters that a codec encodes, and those of them that it does not decode to themselves.
Encoded = tuple[IntervalSet, IntervalSet]
UTF8 = "utf-8"


@contextmanager
def patched() -> Iterator[None]:
    """Replace it for the length of a block.

    - Constants of modules outside site-packages are not drawn: those are this project's own where
      it runs from its sources, and an installed one has none.
    - What UTF-8 encodes is not tried character by character, which takes seconds in every run:
      Hypothesis keeps it in its storage folder, and a run has one of its own.
    """
    with ExitStack() as stack:
        if hasattr(providers, "_get_local_constants"):
            stack.enter_context(mock.patch.object(providers, "_get_local_constants", Constants))
        tried = getattr(charmap, "intervals_from_codec", None)
        if tried is not None:
            known = knowing_utf8(tried)
            stack.enter_context(mock.patch.object(charmap, "intervals_from_codec", known))
        yield


def knowing_utf8(tried: Callable[[str], Encoded]) -> Callable[[str], Encoded]:
    """The same of every codec, but known beforehand of UTF-8: all but surrogates (RFC 3629, 3)."""
    utf8 = IntervalSet(((0, 0xD7FF), (0xE000, sys.maxunicode))), IntervalSet(())
    return lambda codec: utf8 if codec == UTF8 else tried(codec)
