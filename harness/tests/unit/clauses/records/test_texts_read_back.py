"""The texts that are to come back as they were sent."""

from boxproof.clauses.records.texts_read_back import LENGTHS, LONGEST, TEXTS, texts


def test_a_limit_is_reached_and_never_passed() -> None:
    """One less and exactly as many, and as many that take four bytes each."""
    made = texts(500)
    lengths = {len(text) for text in made.values()}
    assert {1, 499, 500} <= lengths
    assert max(lengths) == 500
    assert len(made["500 characters of four bytes"].encode()) == 2000


def test_without_a_limit_lengths_are_moderate() -> None:
    """What nobody promised to take may be refused."""
    lengths = {len(text) for name, text in texts(None).items() if name not in TEXTS}
    assert lengths == {*LENGTHS}


def test_a_limit_that_nobody_reaches_is_not_tried() -> None:
    """A text is read back in a moment."""
    assert max(map(len, texts(10**9).values())) == LONGEST


def test_a_short_limit_leaves_out_what_is_longer() -> None:
    """All that is left fits."""
    made = texts(3)
    assert made
    assert max(map(len, made.values())) == 3


def test_every_text_can_be_sent() -> None:
    """A lone surrogate is no text, and no two texts are one."""
    made = texts(500)
    assert all(text.encode("utf-8") for text in made.values())
    assert len({*made.values()}) == len(made)
