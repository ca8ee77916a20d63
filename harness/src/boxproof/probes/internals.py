"""What a client should never read of the inside."""

import re

#: What gives it away, by what it is.
KINDS = {
    "a traceback": re.compile(
        rb"Traceback \(most recent|File \\?\"[^\"]+\", line \d|\bat [\w.$<>]+ ?\([^()\s]*:\d+"
        rb"|goroutine \d+ \[",
        re.IGNORECASE,
    ),
    "a password in a URL": re.compile(
        rb"[a-z][a-z0-9+.-]*://[^/\s\"@]*:[^/\s\"@]+@", re.IGNORECASE
    ),
    "how a neighbour is reached": re.compile(
        rb"connection to server at|connecting to [\w.-]+:\d+", re.IGNORECASE
    ),
    "an error of a database's driver": re.compile(
        rb"sqlite3?\.|OperationalError|SQLITE_|psycopg|asyncpg|sqlalchemy|pymysql"
        rb"|redis\.exceptions",
        re.IGNORECASE,
    ),
    "SQL": re.compile(
        rb"\bSELECT\s[^\n]{1,200}\sFROM\s|\bINSERT INTO\s|\bUPDATE\s[^\n]{1,80}\sSET\s"
        rb"|\bDELETE FROM\s|syntax error at or near"
    ),
    "a path of the server's files": re.compile(
        rb"(?<![\w.:/-])/(?:usr|opt|home|root|srv|app|var|etc|tmp)/[\w./-]+"
        rb"\.(?:py|pyc|so|js|ts|rb|java|go|php|db|sqlite3?|toml|ya?ml|env|conf|log)\b"
    ),
}


def shown(body: bytes, asked: bytes = b"") -> str:
    """What an answer gives away of the inside, such as ``a traceback``; empty where nothing.

    Args:
        asked: the request, whose own words may come back.
    """
    for kind, pattern in KINDS.items():
        if any(found[0] not in asked for found in pattern.finditer(body)):
            return kind
    return ""
