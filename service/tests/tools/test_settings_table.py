"""The reference of the settings."""

from pathlib import Path

import settings_table

from gpt2_service.settings import OPTIONS

COMMITTED = Path(__file__).parents[3] / "docs/reference/settings.md"


def test_the_committed_page_is_up_to_date() -> None:
    """After a change: `python service/tools/settings_table.py > docs/reference/settings.md`."""
    assert COMMITTED.read_text(encoding="utf-8") == settings_table.page()


def test_every_option_has_a_row() -> None:
    """With its default."""
    rows = settings_table.page().splitlines()
    for option in OPTIONS:
        (row,) = [row for row in rows if row.startswith(f"| `{option.variable}` |")]
        assert option.meaning in row
        assert (option.default or "none") in row
