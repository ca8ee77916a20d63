"""Says how many words a text has, which its document does not know."""

from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class CountsWords(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        made = super().say(wanted)
        if made.status != 200:
            return made
        return Response(200, {**made.body, "words": len(wanted["prompt"].split())})


if __name__ == "__main__":
    Master(CountsWords).run()
