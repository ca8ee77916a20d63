"""Keeps a prompt as it would stand in a page."""

import html
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class EscapesHtml(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        return super().say({**wanted, "prompt": html.escape(wanted["prompt"], quote=False)})


if __name__ == "__main__":
    Master(EscapesHtml).run()
