"""What a run must not show: the values of credentials, wherever a text or a body holds them."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from boxproof.journal.bodies import Body


class Redaction:
    """Puts what may be shown in the place of each secret."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._shown)

    def hide(self, secret: str, shown: str) -> None:
        """Put ``shown`` in the place of ``secret`` from now on."""
        if secret and secret not in self._shown:
            # The longest first: a part of a longer one would leave the rest of that one.
            every = {**self._shown, secret: shown}
            self._shown = dict(sorted(every.items(), key=lambda each: -len(each[0])))

    def of(self, value: Any) -> Any:
        """The value without secrets: a text, a body, or whatever holds some."""
        if not self._shown:
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Body):
            return self._body(value)
        if is_dataclass(value) and not isinstance(value, type):
            named = [each.name for each in fields(value) if each.init]
            return replace(value, **{name: self.of(getattr(value, name)) for name in named})
        if isinstance(value, Mapping):
            return {self.of(name): self.of(each) for name, each in value.items()}
        if isinstance(value, tuple | list):
            return type(value)(map(self.of, value))
        return value

    def _text(self, text: str) -> str:
        plain = str(text)
        for secret, shown in self._shown.items():
            plain = plain.replace(secret, shown)
        # A member of an enumeration is a text that holds no secret, and must stay what it is.
        return text if plain == str(text) else plain

    def _body(self, body: Body) -> Body:
        content = body.content
        if content is None:
            return body
        for secret, shown in self._shown.items():
            content = content.replace(secret.encode(), shown.encode())
        return Body.of(content)
