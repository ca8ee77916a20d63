"""Which of two kinds of content a client prefers (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Iterable

WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?", re.ASCII)


def prefers_html(accept: Iterable[str]) -> bool:
    """Whether the values of the Accept fields weigh HTML above JSON.

    A client that takes either as gladly gets JSON, and so does one that says nothing. Parameters
    other than the weight are not looked at; a range whose weight is malformed counts for nothing.
    Commas and semicolons separate also within quotes, which no browser sends.
    """
    weights = _weights(",".join(accept))
    return _weight("text", "html", weights) > _weight("application", "json", weights)


def _weights(accept: str) -> dict[str, float]:
    """Return the weight of each media range, in lower case; of one that is repeated the highest."""
    weights: dict[str, float] = {}
    for each in accept.split(","):
        media_range, *parameters = (part.strip() for part in each.split(";"))
        pairs = (parameter.partition("=") for parameter in parameters)
        weight = next((value for name, _, value in pairs if name.lower() == "q"), "1")
        if WEIGHT.fullmatch(weight):
            name = media_range.lower()
            weights[name] = max(float(weight), weights.get(name, 0.0))
    return weights


def _weight(kind: str, subtype: str, weights: dict[str, float]) -> float:
    """Return the weight of a media type: that of the most specific range that holds it."""
    ranges = (f"{kind}/{subtype}", f"{kind}/*", "*/*")
    return next((weights[each] for each in ranges if each in weights), 0.0)
