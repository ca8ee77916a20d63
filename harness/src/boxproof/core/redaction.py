"""Keeping secrets out of texts: whatever spells one is replaced by where a person has it."""

import base64
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any

from boxproof.core.errors import BoxproofError


@dataclass(frozen=True, slots=True)
class Hidden:
    """A secret of printable ASCII, and what stands in its place.

    Attributes:
        user: whose password it is; then both are sent in one (RFC 7617).
    """

    value: str
    shown: str
    user: str = ""

    @property
    def pattern(self) -> str:
        """A regular expression of whatever spells it: each character as it is or escaped as in a
        URL, in JSON, in a shell, in a compose file or in HTML; all of it in base64.
        """
        pair = f"{self.user}:{self.value}"
        encoded = [_base64(each) for each in ([pair] if self.user else []) + [self.value]]
        return "|".join([*encoded, "".join(map(_character, self.value))])


class Redaction:
    """Puts what may be shown in the place of each secret."""

    def __init__(self, secrets: Iterable[Hidden] = ()) -> None:
        self._secrets: tuple[Hidden, ...] = ()
        self._pattern: re.Pattern[str] | None = None
        self.hide(*secrets)

    def hide(self, *secrets: Hidden) -> None:
        """Replace these as well from now on."""
        new = {each for each in secrets if each.value} - {*self._secrets}
        if new:
            # The longest first: of two that begin alike, the shorter would leave the longer's rest.
            known = sorted({*self._secrets, *new}, key=lambda each: -len(each.value))
            pattern = "|".join(f"(?P<s{n}>{each.pattern})" for n, each in enumerate(known))
            self._secrets, self._pattern = tuple(known), re.compile(pattern)

    def found_in(self, text: str) -> bool:
        """Whether a text holds a secret."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def text(self, text: str) -> str:
        """A text without secrets."""
        return text if self._pattern is None else self._pattern.sub(self._shown, text)

    def content(self, content: bytes) -> bytes:
        """Bytes without secrets."""
        if self._pattern is None:
            return content
        # Latin-1 keeps every byte as it is.
        return self.text(content.decode("latin-1")).encode("latin-1", "replace")

    def of(self, value: Any) -> Any:
        """A value without secrets, however deep they stand in it."""
        if self._pattern is None or isinstance(value, Enum):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bytes):
            return self.content(value)
        if is_dataclass(value) and not isinstance(value, type):
            named = [each.name for each in fields(value) if each.init]
            return replace(value, **{name: self.of(getattr(value, name)) for name in named})
        if isinstance(value, Mapping):
            return {self.of(name): self.of(each) for name, each in value.items()}
        if isinstance(value, tuple | list):
            return type(value)(map(self.of, value))
        return value

    def _shown(self, found: re.Match[str]) -> str:
        return self._secrets[int((found.lastgroup or "s0")[1:])].shown


@contextmanager
def redacting(redacted: Callable[[str], str]) -> Iterator[None]:
    """Within the block an expected error, which is printed, says nothing that is secret."""
    try:
        yield
    except BoxproofError as error:
        error.args = (redacted(str(error)),)
        raise


def _character(character: str) -> str:
    code = ord(character)
    names = {html.escape(character), f"&#{code};", f"&#x{code:x};", f"&#x{code:X};"}
    ways = [
        *map(re.escape, sorted(names)),
        rf"(?i:%{code:02x})",
        rf"(?i:\\+u{code:04x})",
        # Escaped once or several times; a compose file doubles the dollar.
        rf"\\*{re.escape(character)}" + (r"\$?" if character == "$" else ""),
        *([r"\+"] if character == " " else []),
    ]
    return f"(?:{'|'.join(ways)})"


def base64_of(text: str) -> str:
    """A text in base64, as it is sent."""
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode("ascii")


def _base64(text: str) -> str:
    spelled = base64_of(text).rstrip("=").replace("+", "[+-]").replace("/", r"(?:[/_]|\\/)")
    return f"{spelled}={{0,2}}"
