"""Keeps a text in the one form that Unicode composes (NFC)."""

import unicodedata
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class NormalizesText(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        return super().say({**wanted, "prompt": unicodedata.normalize("NFC", wanted["prompt"])})


if __name__ == "__main__":
    Master(NormalizesText).run()
