"""A document's paths lie below its ``servers``, or its ``basePath``, whatever host these name."""

from pathlib import Path

import pytest
from apps.judging import judge, process_of

DESCRIBED = """
contract = 1

[service]
name = "toy"
port = 8000

[work]
path = "/api/v1/say"
body = { prompt = "Once upon a time", steps = 5 }

[schema]
max_examples = 3

[limits]
boot_seconds = 20
"""


@pytest.mark.parametrize("toy", ["below_base", "swagger"])
def test_the_operations_are_found_where_they_lie(toy: str, tmp_path: Path) -> None:
    """The document describes the work, and its operations are fuzzed where they are served."""
    config = tmp_path / "boxproof.toml"
    config.write_text(DESCRIBED + process_of(f"apps.schema.{toy}"))
    words = "openapi-valid or document-usable or valid-accepted or documented-status"
    said = judge(config, tmp_path / "report", "--target", "process", "-k", words)
    assert said.exit_code == 0, said.output
    assert len(said.said("kept")) == 4, said.output
