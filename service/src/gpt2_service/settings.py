"""The service's settings, parsed once from the environment into one frozen object.

Every option stands in `OPTIONS` with its default, its rule and its parser. An empty value means
the default; variables that are not listed are ignored.
"""

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, cast

from gpt2_service.cgroup import available_cpus
from gpt2_service.database_urls import (
    DatabaseAddress,
    PostgresServer,
    parse_database_url,
    read_password_file,
    without_password,
)
from gpt2_service.errors import SettingError
from gpt2_service.key_entries import ApiKey, parse_keys, read_keys_file

EngineName = Literal["transformers", "scripted"]
PrecisionName = Literal["fp32", "bf16", "int8"]

# Every worker has a slot in `acceptor.Connections`, and looks at those of all others.
MAX_WORKERS = 512
# OpenTelemetry without its exporter or its instrumentation is not enough.
TRACING_MODULES = (
    "opentelemetry.sdk",
    "opentelemetry.instrumentation.fastapi",
    "opentelemetry.exporter.otlp.proto.http",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment asks for; see `OPTIONS` for the meaning of each field."""

    model_name: str
    model_revision: str
    model_path: Path
    database: DatabaseAddress
    history_max_days: int
    history_max_records: int
    engine: EngineName
    scripted_seconds_per_token: float
    precision: PrecisionName
    max_batch: int
    max_queue: int
    client_max_texts: int
    client_requests_per_minute: int
    request_timeout_seconds: int
    forbidden_words: tuple[str, ...]
    workers: int
    threads: int
    host: str
    port: int
    graceful_timeout_seconds: int
    drain_seconds: int
    log_level: str
    # Not in a repr, which may end up in a log.
    api_keys: tuple[ApiKey, ...] = field(repr=False)
    max_body_bytes: int
    max_header_bytes: int
    client_timeout_seconds: int
    max_connections: int
    traces_endpoint: str


@dataclass(frozen=True, slots=True)
class Option:
    """One environment variable.

    `parse` takes the raw text and raises ValueError with the rule ("is not ..."). The value of a
    `secret` is never shown.
    """

    variable: str
    field: str
    default: str
    meaning: str
    parse: Callable[[str], Any]
    secret: bool = False


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Parse the environment.

    Raises SettingError, which names the variable, the value seen and the rule.
    """
    values: dict[str, Any] = {}
    for option in OPTIONS:
        raw = environ.get(option.variable) or option.default
        try:
            values[option.field] = option.parse(raw)
        except ValueError as error:
            shown = None if option.secret else without_password(raw)
            raise SettingError(option.variable, shown, str(error)) from None
    if from_file := values.pop("api_keys_file"):
        if values["api_keys"]:
            rule = "cannot stand beside API_KEYS; give one of them"
            raise SettingError("API_KEYS_FILE", environ["API_KEYS_FILE"], rule)
        values["api_keys"] = from_file
    if password := values.pop("database_password"):
        if not isinstance(values["database"], PostgresServer):
            rule = "is of no use to SQLite; set DATABASE_URL to a PostgreSQL database"
            raise SettingError("DATABASE_PASSWORD_FILE", environ["DATABASE_PASSWORD_FILE"], rule)
        values["database"] = values["database"].with_password(password)
    return Settings(**values)


def _hub_id(raw: str) -> str:
    if raw and not re.fullmatch(r"\w[\w.-]*(/\w[\w.-]*)?", raw, re.ASCII):
        raise ValueError("is not a valid model id, such as 'gpt2' or 'owner/name'")
    return raw


def _revision(raw: str) -> str:
    if raw and not re.fullmatch(r"\w[\w./-]*", raw, re.ASCII):
        raise ValueError("is not a branch, a tag or a commit")
    return raw


def _workers(raw: str) -> int:
    if raw == "max":
        return available_cpus()
    try:
        return _whole_number(1, MAX_WORKERS)(raw)
    except ValueError as error:
        raise ValueError(f"{error}, or 'max'") from None


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", raw, re.ASCII) or not low <= int(raw) <= high:
            raise ValueError(f"is not a whole number from {low} to {high}")
        return int(raw)

    return parse


def _seconds(raw: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,9})?", raw, re.ASCII):
        raise ValueError("is not a number of seconds, such as '0.05'")
    return float(raw)


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if raw.lower() in choices:
            return raw.lower()
        nearest = difflib.get_close_matches(raw.lower(), choices, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
        raise ValueError(f"is not one of {', '.join(choices)}{hint}")

    return parse


def _host(raw: str) -> str:
    if not re.fullmatch(r"[\w.:-]+", raw, re.ASCII):
        raise ValueError("is neither an address nor a host name")
    return raw


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        # A package above it is missing.
        return False


def _collector(raw: str) -> str:
    if not raw:
        return raw
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", raw):
        raise ValueError("is not an address such as 'http://collector:4318'")
    if not all(map(_is_installed, TRACING_MODULES)):
        raise ValueError("needs OpenTelemetry; install 'gpt2-service[tracing]'")
    return raw


def _words(raw: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for part in raw.split(",") if (word := part.strip())))


OPTIONS: tuple[Option, ...] = (
    Option("MODEL_NAME", "model_name", "", "model id on the hub; wins over MODEL_PATH", _hub_id),
    Option(
        "MODEL_REVISION",
        "model_revision",
        "",
        "branch, tag or commit of `MODEL_NAME`; its main branch where none is given",
        _revision,
    ),
    Option("MODEL_PATH", "model_path", "/model", "folder of the checkpoint", Path),
    Option(
        "DATABASE_URL",
        "database",
        "sqlite:////data/history.db",
        "SQLite file of the history, whose folder must exist and be writable, or a PostgreSQL "
        "database: `postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE`, perhaps with libpq's "
        "parameters after `?`",
        parse_database_url,
    ),
    Option(
        "DATABASE_PASSWORD_FILE",
        "database_password",
        "",
        "file whose first line is the password for PostgreSQL, in place of one in `DATABASE_URL`",
        read_password_file,
    ),
    Option(
        "HISTORY_MAX_DAYS",
        "history_max_days",
        "0",
        "records older than so many days are deleted; 0 keeps them for ever",
        _whole_number(0, 36_500),
    ),
    Option(
        "HISTORY_MAX_RECORDS",
        "history_max_records",
        "0",
        "the oldest records are deleted beyond so many, of all owners together; 0 is no limit",
        _whole_number(0, 999_999_999),
    ),
    Option(
        "WORKERS",
        "workers",
        "1",
        "worker processes, or `max` for one per processor that the container may use",
        _workers,
    ),
    Option(
        "THREADS",
        "threads",
        "1",
        "cores that each worker computes on; slower where all workers together want more than "
        "there are",
        _whole_number(1, 256),
    ),
    Option("HOST", "host", "0.0.0.0", "address to listen on", _host),
    Option("PORT", "port", "8000", "port to listen on", _whole_number(1, 65535)),
    Option(
        "GRACEFUL_TIMEOUT_SECONDS",
        "graceful_timeout_seconds",
        "25",
        "how long running requests may take to end after SIGTERM",
        _whole_number(1, 3600),
    ),
    Option(
        "DRAIN_SECONDS",
        "drain_seconds",
        "0",
        "how long after SIGTERM requests are still taken while `/readyz` and `/health` answer 503, "
        "so that a load balancer hears of it first; `GRACEFUL_TIMEOUT_SECONDS` begins after it",
        _whole_number(0, 3600),
    ),
    Option(
        "FORBIDDEN_WORDS",
        "forbidden_words",
        "hate,violence",
        "words that a prompt must not contain, separated by commas; `,` alone for none",
        _words,
    ),
    Option(
        "LOG_LEVEL",
        "log_level",
        "info",
        "debug, info, warning, error or critical",
        _one_of("debug", "info", "warning", "error", "critical"),
    ),
    Option(
        "ENGINE",
        "engine",
        "transformers",
        "`transformers`, or `scripted`: fixed text without torch, for tests and tooling",
        cast("Callable[[str], EngineName]", _one_of("transformers", "scripted")),
    ),
    Option(
        "SCRIPTED_SECONDS_PER_TOKEN",
        "scripted_seconds_per_token",
        "0",
        "how long the scripted engine takes for a token",
        _seconds,
    ),
    Option(
        "API_KEYS",
        "api_keys",
        "",
        "API keys, `KEY` or `LABEL=KEY`, separated by commas; without any, the service is open to "
        "everybody. A key sees the records of its label alone",
        parse_keys,
        secret=True,
    ),
    Option(
        "API_KEYS_FILE",
        "api_keys_file",
        "",
        "file with such a key in each line, in place of `API_KEYS`; what follows `#` is a comment",
        read_keys_file,
    ),
    Option(
        "MAX_BODY_BYTES",
        "max_body_bytes",
        "65536",
        "the largest body of a request; 413 beyond it",
        _whole_number(16_384, 16_777_216),
    ),
    Option(
        "MAX_HEADER_BYTES",
        "max_header_bytes",
        "16384",
        "the largest header fields of a request, and its longest target; 431 and 414 beyond it",
        _whole_number(4096, 1_048_576),
    ),
    Option(
        "CLIENT_TIMEOUT_SECONDS",
        "client_timeout_seconds",
        "30",
        "how long a client may take to send a whole request, 408 beyond it, and how long a "
        "response waits for one that does not read",
        _whole_number(1, 3600),
    ),
    Option(
        "MAX_CONNECTIONS",
        "max_connections",
        "1024",
        "connections of a worker; beyond it, those that have waited longest for their clients are "
        "closed",
        _whole_number(16, 1_000_000),
    ),
    Option(
        "PRECISION",
        "precision",
        "fp32",
        "how weights are multiplied: fp32, bf16 or int8",
        cast("Callable[[str], PrecisionName]", _one_of("fp32", "bf16", "int8")),
    ),
    Option(
        "MAX_BATCH",
        "max_batch",
        "16",
        "texts that a worker generates together",
        _whole_number(1, 256),
    ),
    Option(
        "MAX_QUEUE",
        "max_queue",
        "64",
        "texts that may wait in a worker for their turn; further requests get 429",
        _whole_number(0, 100_000),
    ),
    Option(
        "CLIENT_MAX_TEXTS",
        "client_max_texts",
        "0",
        "texts of one client (the label of its key, or its address where there are no keys) that "
        "a worker runs or lets wait at the same time; 429 beyond it; 0 is no limit. Every worker "
        "counts by itself",
        _whole_number(0, 100_000),
    ),
    Option(
        "CLIENT_REQUESTS_PER_MINUTE",
        "client_requests_per_minute",
        "0",
        "requests for texts that a worker takes of one client per minute, as many of them at once; "
        "429 beyond it; 0 is no limit. Every worker counts by itself",
        _whole_number(0, 1_000_000),
    ),
    Option(
        "REQUEST_TIMEOUT_SECONDS",
        "request_timeout_seconds",
        "60",
        "how long a text may take, from the request to its last token; 503 if it is still "
        "waiting then, 504 if generation has started",
        _whole_number(1, 3600),
    ),
    Option(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "traces_endpoint",
        "",
        "address of an OpenTelemetry collector (OTLP over HTTP) that gets a span of each request, "
        "with its id; needs the extra `tracing`",
        _collector,
    ),
)
