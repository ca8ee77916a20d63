"""Where the history lies, as `DATABASE_URL` says it: a file of SQLite's, or a PostgreSQL server."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

SQLITE = "sqlite:///"
POSTGRESQL = "postgresql+psycopg://"
RULE = (
    "is neither a SQLite file URL, such as 'sqlite:////data/history.db', nor one of PostgreSQL, "
    "such as 'postgresql+psycopg://user@host/database'"
)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A database on a server; `parameters` are libpq's, by their keywords.

    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    """

    # Not in a repr, which may end up in a log: there may be a password.
    parameters: dict[str, str] = field(repr=False)

    def with_password(self, password: str) -> "PostgresServer":
        """Return the same with this password."""
        return replace(self, parameters={**self.parameters, "password": password})

    def __str__(self) -> str:
        """Where it is, in a form that may be shown."""
        host, name = self.parameters.get("host", ""), self.parameters["dbname"]
        return f"{POSTGRESQL}{host}/{name}"


DatabaseAddress = Path | PostgresServer


def parse_database_url(raw: str) -> DatabaseAddress:
    """Return what the URL names; raises ValueError with the rule, which shows nothing of it."""
    if raw.startswith(POSTGRESQL):
        return _server(raw)
    path = raw.removeprefix(SQLITE)
    if not raw.startswith(SQLITE) or not path or path.startswith(":") or "?" in path:
        raise ValueError(RULE)
    return Path(path)


def read_password_file(raw: str) -> str:
    """Return the first line of the file, and nothing for no path.

    Raises ValueError, which shows nothing of the file.
    """
    if not raw:
        return ""
    try:
        lines = Path(raw).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError("is not a text in UTF-8") from None
    if not lines or not lines[0] or "\x00" in lines[0]:
        raise ValueError("contains no password in its first line")
    return lines[0]


def without_password(url: str) -> str:
    """Return of a URL what may be shown: all of it, unless it may hold a password."""
    scheme, separator, rest = url.partition("://")
    if scheme == "sqlite" or not ("@" in url or (separator and "?" in rest)):
        return url
    return f"{scheme}://…" if separator else "…"


def _server(raw: str) -> PostgresServer:
    try:
        # Only where it is needed: its import takes a tenth of a second.
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise ValueError("needs psycopg; install 'gpt2-service[postgres]'") from None
    try:
        parameters = conninfo_to_dict(f"postgresql://{raw.removeprefix(POSTGRESQL)}")
    except ProgrammingError:
        # libpq's own words may hold all of the URL.
        raise ValueError(
            "is not a URL that libpq reads; special characters in a password are percent-encoded"
        ) from None
    if not parameters.get("dbname"):
        raise ValueError("names no database; it ends in /DATABASE")
    # Left to libpq, each connection would fail.
    ports = str(parameters.get("port") or "5432").split(",")
    if not all(re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) for port in ports):
        raise ValueError("has a port that is not a number")
    return PostgresServer({name: str(value) for name, value in parameters.items()})
