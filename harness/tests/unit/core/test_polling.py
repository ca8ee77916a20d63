"""Waiting for what only a look inside can tell."""

from boxproof.core.polling import until


def test_it_looks_until_it_is_true() -> None:
    """And at least once, also where there is no time."""
    looks = iter([False, False, True])
    assert until(lambda: next(looks), 10.0)
    assert until(lambda: True, 0.0)


def test_it_gives_up_at_the_limit() -> None:
    """A look that is never true does not hang a run."""
    assert not until(lambda: False, 0.05)
