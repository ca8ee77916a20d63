"""Keys: which requests they let in."""

import hmac

import pytest
from starlette.datastructures import Headers

from gpt2_service.errors import KeyMissingError, KeyRefusedError
from gpt2_service.key_entries import parse_keys
from gpt2_service.keys import ApiKeys

KEYS = ApiKeys(parse_keys("alice=first,bob=second==,alice=third"))


def headers(*pairs: tuple[str, str]) -> Headers:
    return Headers(raw=[(name.lower().encode(), value.encode("latin-1")) for name, value in pairs])


@pytest.mark.parametrize(
    "pairs",
    [
        [("X-API-Key", "first")],
        [("X-API-Key", "second==")],
        [("Authorization", "Bearer first")],
        [("Authorization", "bearer   second==")],
        [("Authorization", "Basic Zmlyc3Q6"), ("X-API-Key", "first")],
        [("Authorization", "Bearer third"), ("X-API-Key", "first")],
    ],
)
def test_a_key_opens_in_either_header(pairs: list[tuple[str, str]]) -> None:
    """The scheme is read in any case (RFC 9110, section 11.1); other schemes do not matter."""
    KEYS.admit(headers(*pairs))


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("X-API-Key", "")],
        [("Authorization", "Bearer")],
        [("Authorization", "first")],
        [("Authorization", "Basic Zmlyc3Q6")],
    ],
)
def test_no_key_is_no_key(pairs: list[tuple[str, str]]) -> None:
    """Nor is one of another scheme."""
    with pytest.raises(KeyMissingError):
        KEYS.admit(headers(*pairs))


@pytest.mark.parametrize("key", ["firs", "first ,", "FIRST", "\xe9", "first,second=="])
def test_a_wrong_key_is_refused(key: str) -> None:
    """Whole keys count, letter for letter."""
    with pytest.raises(KeyRefusedError):
        KEYS.admit(headers(("X-API-Key", key)))


def test_a_right_key_does_not_make_up_for_a_wrong_one() -> None:
    """Whoever sends two means both, also where one is empty."""
    for wrong in ("Bearer wrong", "Bearer "):
        with pytest.raises(KeyRefusedError):
            KEYS.admit(headers(("Authorization", wrong), ("X-API-Key", "first")))


def test_two_keys_of_different_labels_are_refused() -> None:
    """Nobody could say whose the request is."""
    with pytest.raises(KeyRefusedError):
        KEYS.admit(headers(("Authorization", "Bearer second=="), ("X-API-Key", "first")))


def test_a_key_tells_whose_the_request_is() -> None:
    """By its label, which several keys may have."""
    for key, label in (("first", "alice"), ("second==", "bob"), ("third", "alice")):
        assert KEYS.admit(headers(("X-API-Key", key))) == label


def test_without_keys_everybody_is_let_in() -> None:
    """Also who brings one; the request is nobody's."""
    assert ApiKeys(()).admit(headers()) is None
    assert ApiKeys(()).admit(headers(("X-API-Key", "anything"))) is None


def test_every_key_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """In constant time each, and whether an earlier one matched or not."""
    compared = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    KEYS.admit(headers(("X-API-Key", "first")))
    assert compared == [(32, 32)] * 3
