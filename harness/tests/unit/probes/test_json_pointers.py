"""JSON pointers, as boxproof.toml writes them."""

import pytest

from boxproof.probes.json_pointers import resolve, with_value

DOCUMENT = {"items": [{"id": 7}], "a/b": {"~": 1}, "": 2}


@pytest.mark.parametrize(
    ("pointer", "found"),
    [("", DOCUMENT), ("/items/0/id", 7), ("/a~1b/~0", 1), ("/", 2)],
)
def test_a_pointer_finds_what_rfc_6901_says(pointer: str, found: object) -> None:
    """Escapes, array indices and the whole document."""
    assert resolve(pointer, DOCUMENT) == found


@pytest.mark.parametrize("pointer", ["/nothing", "/items/1", "/items/x", "/items/0/id/deep"])
def test_a_pointer_to_nothing_is_a_key_error(pointer: str) -> None:
    """Never an index or type error, whatever the document's shape."""
    with pytest.raises(KeyError):
        resolve(pointer, DOCUMENT)


def test_a_text_is_no_array_of_its_characters() -> None:
    """And "-" (RFC 6902's place behind an array) names nothing that is there."""
    for pointer in ("/word/0", "/items/-", "/items/²"):
        with pytest.raises(KeyError):
            resolve(pointer, {"word": "abc", "items": [1, 2, 3]})


def test_a_value_is_put_into_a_copy() -> None:
    """The document itself stays as it was."""
    document = {"messages": [{"content": "a"}]}
    made = with_value(document, "/messages/0/content", "b")
    assert made == {"messages": [{"content": "b"}]}
    assert document == {"messages": [{"content": "a"}]}
