"""Keys as an operator writes them: `KEY` or `LABEL=KEY`, in `API_KEYS` or in a file."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

# A key is what both headers can carry: the b64token of RFC 6750, section 2.1. Where it ends in "="
# nothing follows, so that no key can be taken for a label with one.
ENTRY = re.compile(r"(?:(?P<label>[A-Za-z0-9._-]{1,64})=)?(?P<key>[A-Za-z0-9._~+/-]+=*)")
FORM = "KEY or LABEL=KEY, both of letters, digits and -._ (a key also of ~+/)"
DIGEST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key and whose it is: the name of its user in the log, and of the owner of records."""

    label: str
    # Not in a repr, which may end up in a log.
    key: str = field(repr=False)


def parse_keys(raw: str) -> tuple[ApiKey, ...]:
    """Read entries that commas separate; raises ValueError, which shows none of them."""
    entries = [entry for part in raw.split(",") if (entry := part.strip())]
    if not all(ENTRY.fullmatch(entry) for entry in entries):
        raise ValueError(f"is not a comma-separated list of {FORM}")
    if raw and not entries:
        raise ValueError("contains no key; leave it empty to require none")
    return _keys(entries)


def read_keys_file(raw: str) -> tuple[ApiKey, ...]:
    """Read a file with an entry a line; what follows `#` is a comment. No path is no key.

    Raises ValueError, which shows nothing of the file.
    """
    if not raw:
        return ()
    try:
        lines = Path(raw).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError("is not a text in UTF-8") from None
    entries = []
    for number, line in enumerate(lines, 1):
        entry = line.partition("#")[0].strip()
        if entry and not ENTRY.fullmatch(entry):
            raise ValueError(f"is wrong in line {number}, which is not {FORM}")
        if entry:
            entries.append(entry)
    if not entries:
        raise ValueError("contains no key")
    return _keys(entries)


def _keys(entries: Iterable[str]) -> tuple[ApiKey, ...]:
    labels: dict[str, str] = {}
    for match in map(ENTRY.fullmatch, entries):
        assert match is not None
        key = match["key"]
        label = match["label"] or _derived_label(key)
        if labels.setdefault(key, label) != label:
            raise ValueError("gives one key two labels")
    return tuple(ApiKey(label, key) for key, label in labels.items())


def _derived_label(key: str) -> str:
    """Name a key without a label: by what stays when others come, go or change places."""
    return f"key-{hashlib.sha256(key.encode()).hexdigest()[:DIGEST_DIGITS]}"
