"""A line of a log ends with a line feed, and with nothing else."""

import json

import pytest

from boxproof.core.log_lines import log_lines


@pytest.mark.parametrize("text", ["\u2028", "\u2029", "\x85", "two words"])
def test_a_line_of_json_is_one_line_whatever_its_texts_hold(text: str) -> None:
    """Many loggers write what a client sent as it came."""
    line = json.dumps({"prompt": text}, ensure_ascii=False)
    assert log_lines(f"{line}\n\n{line}") == [line, "", line]


def test_an_empty_log_has_no_line() -> None:
    """Nothing was logged."""
    assert log_lines("") == []
    assert log_lines("\n") == [""]
