"""Serves another document than the committed one; ``DRIFT`` names what its team changed."""

import os
from collections.abc import Callable
from typing import Any

from apps.document import openapi
from apps.good import Response, Service
from apps.prefork import Master


def needs_more(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Wanted"]["required"].append("steps")


def allows_less(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Wanted"]["properties"]["steps"]["maximum"] = 100


def tells_less(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Record"]["required"].remove("created_at")


def renames(document: dict[str, Any]) -> None:
    document["paths"]["/say"]["post"]["operationId"] = "speak"


def adds(document: dict[str, Any]) -> None:
    wanted = document["components"]["schemas"]["Wanted"]["properties"]
    wanted["loud"] = {"type": "boolean"}


def other_words(document: dict[str, Any]) -> None:
    document["info"]["title"] = "The toy"


EVERY = (needs_more, allows_less, tells_less, renames, adds, other_words)
CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {each.__name__: each for each in EVERY}


class Drifted(Service):
    def document(self) -> Response:
        document = openapi()
        CHANGES[os.environ["DRIFT"]](document)
        return Response(200, document)


if __name__ == "__main__":
    Master(Drifted).run()
