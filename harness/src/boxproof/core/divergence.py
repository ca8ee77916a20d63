"""Where two texts part."""

#: How much is shown before the place, and after it.
AROUND_CHARACTERS = 24


def first_divergence(one: str, other: str) -> str:
    """The first place where two texts differ, with what stands around it; empty where none does.

    A character is a Unicode code point; the first one has the number 0.
    """
    if one == other:
        return ""
    parted = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    place = next(parted, min(len(one), len(other)))
    return f"they diverge at character {place}: {_around(one, place)}, {_around(other, place)}"


def _around(text: str, place: int) -> str:
    before, after = text[:place], text[place : place + AROUND_CHARACTERS]
    shown = before[-AROUND_CHARACTERS:]
    if place == len(text):
        return f"{shown!r} and its end"
    return f"{shown!r} and then {after!r}"
