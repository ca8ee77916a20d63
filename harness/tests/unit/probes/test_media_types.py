"""Which bodies are JSON by what they are called."""

import pytest

from boxproof.probes.media_types import is_json, media_type


@pytest.mark.parametrize(
    ("content_type", "json"),
    [
        ("application/json", True),
        ("Application/JSON ; charset=utf-8", True),
        ("application/problem+json", True),
        ("model/gltf+json", True),
        ("application/stream+json", False),
        ("application/json-seq", False),
        ("application/x-ndjson", False),
        ("text/html", False),
        ("", False),
    ],
)
def test_one_document_is_told_from_a_sequence(content_type: str, *, json: bool) -> None:
    """A line of a sequence may be JSON where the whole is not."""
    assert is_json(media_type(content_type)) == json
