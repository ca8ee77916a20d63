"""Tells how likely each token was, and not the logarithm of that."""

import math
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class TellsProbabilities(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        response = super().say(wanted)
        for choice in response.body.get("choices", []):
            choice["logprobs"] = [math.exp(each) for each in choice["logprobs"]]
        return response


if __name__ == "__main__":
    Master(TellsProbabilities).run()
