"""What a client should never read of the inside."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote_plus

#: What gives it away, by what it is.
KINDS = {
    "a traceback": re.compile(
        # Of Python, of Java and JavaScript, of .NET, of Go.
        r'Traceback \(most recent|File "[^"]+", line \d'
        r"|\bat [\w.$<>]+ ?\(\S*\.\w+:\d+|\) in \S+:line \d+|goroutine \d+ \[",
        re.IGNORECASE,
    ),
    "a password in a URL": re.compile(r"[a-z][a-z0-9+.-]*://[^/\s\"@]*:[^/\s\"@]+@", re.IGNORECASE),
    "how a neighbour is reached": re.compile(
        r"connection to server at|connecting to [\w.-]+:\d+", re.IGNORECASE
    ),
    "an error of a database's driver": re.compile(
        r"sqlite3?\.\w*(?:Error|Exception)|OperationalError|SQLITE_[A-Z]|SQLSTATE|psycopg|asyncpg"
        r"|sqlalche|pymysql|redis\.exceptions|java\.sql\.|org\.hibernate\.|\bpq: |\bPG::\w",
        re.IGNORECASE,
    ),
    "SQL": re.compile(
        r"\bSELECT\s[^;]{1,200}\sFROM\s|\bINSERT INTO\s|\bUPDATE\s[^;]{1,80}\sSET\s"
        r"|\bDELETE FROM\s|syntax error at or near"
    ),
    # What a page loads stands in an attribute, and is no path of files.
    "a path of the server's files": re.compile(
        r"(?<![\w.:/-])(?<!=[\"'])/(?:usr|opt|home|root|srv|app|var|etc|tmp)/[\w./-]+"
        r"\.(?:py|pyc|so|rb|java|go|php|db|sqlite3?|toml|ya?ml|env|conf|log)\b"
    ),
}


def shown(body: bytes, asked: str = "") -> str:
    """What an answer gives away of the inside, such as ``a traceback``; empty where nothing.

    Args:
        asked: what the client sent, decoded: its own words may come back.
    """
    text = decoded(body)
    for kind, pattern in KINDS.items():
        if any(found[0] not in asked for found in pattern.finditer(text)):
            return kind
    return ""


def asked(url: str, body: bytes, headers: Iterable[str]) -> str:
    """What a request says, as it was sent and decoded; ``headers`` are the values of its own."""
    plain = [url, body.decode("utf-8", "replace")]
    return "\n".join([*plain, *map(unquote_plus, plain), decoded(body), *headers])


def decoded(body: bytes) -> str:
    """A body as people read it: of JSON the names and texts in it, a line each."""
    text = body.decode("utf-8", "replace")
    try:
        return "\n".join(_texts(json.loads(text)))
    except (ValueError, RecursionError):
        return text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
