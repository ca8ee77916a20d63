"""Parts of a text that can end it when it is made again."""

from collections.abc import Iterator

from boxproof.probes.text_generator import INCOMPLETE

#: One character lies within a token; as many as this straddle two or more of them.
LENGTHS_CHARACTERS = (9, 4, 1)


def stop_candidates(text: str) -> Iterator[str]:
    """Parts from the middle of a text, which begin and end with something that shows.

    A server may take white space at the ends of a stop sequence for none, and may not take a line
    end.
    """
    seen = set()
    for length in LENGTHS_CHARACTERS:
        for place in (len(text) // 3, len(text) // 2):
            for start in range(place, len(text) - length):
                part = text[start : start + length]
                whole = part == part.strip() and part.isprintable() and INCOMPLETE not in part
                if whole and text.index(part) > 0:
                    if part not in seen:
                        seen.add(part)
                        yield part
                    break
