"""Every option of ``boxproof.toml``, declared once: its name, type, default and meaning.

The loader, its error messages and the reference page all come from these classes. A field without
a default must be given once its table is there. A table of the type ``X | None`` is a promise that
a service may or may not make: without it, the clauses that speak of it are no part of the contract.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from boxproof.config import values
from boxproof.config.declaring import json_pointer, option, url_path
from boxproof.config.load_options import Load
from boxproof.config.operations import Records, ValidRequest
from boxproof.config.text_generation import Generation
from boxproof.config.text_streaming import Streaming

#: The newest contract: which keys a file may hold, and which clauses judge the service by it.
CONTRACT = 1


@dataclass(frozen=True, slots=True)
class Service:
    """The service in the production compose file, and what a test run changes of it."""

    name: str = option("the service's name in the compose file")
    port: int = option(
        "the port that it listens on inside its container; the compose target needs it", 0
    )
    compose_file: str = option("the production compose file", "docker-compose.yml")
    image: str = option("a pinned image (name@sha256:…) to judge instead of a build", "")
    environment: Mapping[str, str] = option("variables set over those of the compose file", {})
    data_mount: str = option("where its data volume is mounted inside", "")
    model_mount: str = option(
        "where its model is mounted inside; SOURCE_MOUNT, when set, replaces what is mounted there",
        "",
    )
    neighbours: tuple[str, ...] | None = option(
        "services of the compose file that are booted beside it and taken away in turn; by default "
        "those of its depends_on that go on running",
        None,
    )


@dataclass(frozen=True, slots=True)
class Volumes:
    """Exceptions for what services bind of the host and may write to, each as ``service:/path``.

    What is not named here becomes the run's own, so that the host's is never written to: a file is
    copied, a folder starts with what git tracks of it, at most 256 MiB, and is empty where git
    tracks nothing. What is bound read-only stays, and the model is bound read-only.
    """

    keep: tuple[str, ...] = option("bound as in production: a run writes to the host's own", ())
    read_only: tuple[str, ...] = option("bound as in production, but read-only", ())
    copy: tuple[str, ...] = option("starts as a copy of all of it, at most 256 MiB", ())
    empty: tuple[str, ...] = option("starts empty", ())


@dataclass(frozen=True, slots=True)
class Build:
    """What enters the image build beside what the compose file says.

    Values may name environment variables as ``${NAME}`` or ``${NAME:-default}``; a file or folder
    that does not exist is left out of the build.
    """

    secrets: Mapping[str, str] = option("build secrets: id = file", {})
    contexts: Mapping[str, str] = option("named build contexts: name = folder", {})


@dataclass(frozen=True, slots=True)
class Health:
    """How the service says that it is ready."""

    path: str = url_path("answers so once the service is ready", "/health")
    status: int | tuple[int, ...] = option(
        "the status that it answers then, or an array of several", 200, values.statuses
    )
    model_loaded: str | None = json_pointer("a boolean in that answer, true once it can work", None)
    detailed: str = option(
        "a path that says more, and answers otherwise than 200 while a part fails", ""
    )

    @property
    def request(self) -> ValidRequest:
        """A look at the health path, whose success says that the service is ready."""
        return ValidRequest(path=self.path, method="GET", status=self.status)


@dataclass(frozen=True, slots=True)
class SecretSource:
    """Where a secret is kept: in an environment variable or in a file, never in this one."""

    variable: str = option("the environment variable that holds it", "")
    file: str = option("the file that holds it, in place of a variable", "")
    user: str = option("the other user's name, of the scheme 'basic'", "")


CREDENTIAL_SCHEMES = ("bearer", "basic", "header", "cookie", "query")


@dataclass(frozen=True, slots=True)
class Credential:
    """What every request carries, so that the service lets it in."""

    scheme: str = option(
        "how it is sent: 'bearer' and 'basic' in Authorization, or in a 'header', 'cookie' or "
        "'query' parameter",
        "bearer",
        values.one_of(*CREDENTIAL_SCHEMES),
    )
    name: str = option("the header's, the cookie's or the query parameter's name", "")
    user: str = option("the user's name, of the scheme 'basic'", "")
    variable: str = option("the environment variable that holds its value", "")
    file: str = option("the file that holds its value, in place of a variable", "")
    another: SecretSource | None = option(
        "the value of another user, who must not see this one's records", None
    )
    open_paths: tuple[str, ...] = option(
        "paths of this file's requests that are open to all, as they stand in it", ()
    )

    @property
    def own(self) -> SecretSource:
        """Where the value of whoever sends the requests is kept."""
        return SecretSource(self.variable, self.file, self.user)


@dataclass(frozen=True, slots=True)
class Welcome:
    """Where the service welcomes whoever calls it."""

    path: str = url_path("answers 200", "/")


@dataclass(frozen=True, slots=True)
class Durability:
    """The load under which faults are judged."""

    writers: int = option("clients that write at the same time", 4)
    readers: int = option("clients that read and list at the same time", 2)
    writes: int = option("acknowledged writes that are waited for before and after a fault", 20)
    wait_seconds: float = option("how long so many writes may take, a start included", 120.0)
    database: str = option("the SQLite file of its records, as its container knows it", "")
    volume_bytes: int = option("the size of a data volume that is filled to the brim", 67_108_864)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Databases of other releases that the service may find on its data volume."""

    file: str = option("the database's name below [service] data_mount")
    old: str = option("a database that an earlier release wrote", "")
    old_ids: tuple[Any, ...] = option("ids of records in it", ())
    newer: str = option("a database that a later release wrote", "")


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Words that the service refuses in a user's text."""

    words: tuple[str, ...] = option("the words")
    status: int = option("the status of a refusal", 400)
    inside_words: bool = option("whether a word counts inside a longer one", False)
    in_every_form: bool = option(
        "whether a word counts, too, in full-width letters, in every normal form (NFKC), and with "
        "characters that nobody sees between its letters",
        False,
    )


@dataclass(frozen=True, slots=True)
class Server:
    """The server process and its settings, all taken from the environment."""

    master: str = option(
        "regular expression that the command line of the master and its workers matches"
    )
    workers_variable: str = option("the variable that sets the number of workers", "")
    workers: int = option("how many workers that variable asks for in the test compose file", 1)
    workers_max: str = option(
        "the value that asks for one worker a CPU of the container's limit", ""
    )
    port_variable: str = option("the variable that sets the port", "")
    bad_setting: Mapping[str, str] = option("variables that it must refuse to start with", {})
    missing_model: Mapping[str, str] = option("variables that name a model that is not there", {})
    json_logs: bool = option("whether every line that it logs is a JSON object", False)
    read_only_root: bool = option("whether it runs with a read-only root file system", False)
    reloads: bool = option("whether SIGHUP to the first process replaces its workers", False)
    start_marks: Mapping[str, str] = option(
        "what a start goes through, in order: name = regular expression of the log line at its end",
        {},
    )


@dataclass(frozen=True, slots=True)
class Hygiene:
    """What every answer carries, and what the log keeps to itself."""

    request_id: str = option("the header that carries the request's id, in every answer", "")
    takes_request_id: bool = option(
        "whether a client's own id is taken over from that header where it is well-formed", False
    )
    headers: Mapping[str, str] = option(
        "headers that every answer carries: name = value, which is empty where any will do", {}
    )
    server: str | None = option(
        "what the Server header says, empty where there is none; X-Powered-By is then not sent",
        None,
    )
    private_logs: bool = option("whether it keeps its users' texts out of its log", False)
    image_labels: Mapping[str, str] = option(
        "labels that the image carries: name = value, which is empty where any will do", {}
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """Every time limit, in seconds."""

    boot_seconds: float = option("from the start of its first process until it is ready", 120.0)
    request_seconds: float = option(
        "one request, from connecting to the answer's end; at most 16 MiB of its body are read",
        30.0,
    )
    stop_seconds: float = option("from SIGTERM until the server has ended", 30.0)
    refuse_seconds: float = option("until a server that cannot start has ended", 30.0)
    first_work_seconds: float | None = option(
        "from the start of its first process until the first work is answered", None
    )
    health_seconds: float | None = option(
        "one look at the health path, however busy the service is", None
    )
    release_seconds: float | None = option(
        "from the moment at which a client leaves until its place is free for others", None
    )
    client_seconds: float = option("one of [clients], until it has ended", 300.0)
    run_seconds: float | None = option(
        "a whole run; clauses that it does not reach by then are not judged (budget spent), but "
        "for those whose scenario has ended",
        None,
    )


@dataclass(frozen=True, slots=True)
class Resources:
    """What the service takes of its machine, and what it does when too much is asked of it."""

    busy_requests: int = option("heavy requests at once that take every place it has", 16)
    overload_requests: int | None = option(
        "heavy requests at once that are more than it has places for: it does them, or refuses "
        "them with 429 or 503 and Retry-After",
        None,
    )
    leaked_bytes: int | None = option(
        "the most memory that a request may leave behind, on average; descriptors, threads and "
        "processes must not stay at all",
        None,
    )
    many_records: int | None = option(
        "so many records at which a read and a page still cost what they cost at a few hundred",
        None,
    )


@dataclass(frozen=True, slots=True)
class Process:
    """The same server as a local process, for machines without a container engine.

    ``{data}`` stands for the run's own data folder, ``{port}`` for the port to listen on.
    """

    command: tuple[str, ...] = option("the server's command line")
    environment: Mapping[str, str] = option("its environment, over that of the test run", {})
    prepare: tuple[tuple[str, ...], ...] = option("commands to run once beforehand", ())


@dataclass(frozen=True, slots=True)
class Url:
    """What a service that runs already may be sent, by every process of a run together."""

    requests_per_second: float = option(
        "the most requests a second, which are spread evenly", 5.0, values.finite
    )
    max_requests: int = option("the most requests in all", 1000)
    ca_file: str = option("whom to trust over TLS, in PEM; the system by default", "")


@dataclass(frozen=True, slots=True)
class Schema:
    """The fuzzing of what the OpenAPI document promises."""

    path: str = url_path("where the service serves its OpenAPI document", "/openapi.json")
    max_examples: int = option("how many cases each operation gets in the fuzzing phase", 25)
    committed: Path | None = option(
        "the OpenAPI 3 document that is committed with the code, in JSON or YAML; what the service "
        "serves is compared with it",
        None,
    )


@dataclass(frozen=True, slots=True)
class Waiver:
    """What makes a clause broken, or not judged, and is accepted until a day.

    Stands here or in a file beside this one, ``boxproof.waivers.toml``, which ``boxproof waive``
    writes. Without operation, path, fault and head it covers the whole clause.
    """

    clause: str = option("the clause's id")
    reason: str = option("why it is accepted for now", rule=values.said)
    until: datetime.date = option("the last day on which it is, such as 2027-01-31")
    operation: str = option("covers this one alone, such as 'POST /generate'", "")
    path: str = option("covers the operations of this path of the OpenAPI document alone", "")
    fault: str = option("covers what is found under this fault alone", "")
    head: str = option("covers this cause or this head alone, as a report's findings have it", "")
    ticket: str = option("where the mending is planned", "")


@dataclass(frozen=True, slots=True)
class Config:
    """A whole ``boxproof.toml``.

    Attributes:
        root: its folder, from which every path starts.
        file: the file itself, as it was named; what is wrong with a setting is told of it.
    """

    root: Path
    file: Path = field(default=Path("boxproof.toml"), kw_only=True)
    service: Service = option("the service under test")
    work: ValidRequest = option("one valid request that makes the service do its job")
    contract: int = option(
        "the version of the contract that the service is judged by; a clause that came later "
        "is named and not judged",
        CONTRACT,
        required=True,
    )
    records: Mapping[str, Records] = option("what it keeps, by kind", {})
    build: Build = option("the image build", Build())
    volumes: Volumes = option("files and folders of the host that services write to", Volumes())
    health: Health = option("readiness", Health())
    credential: Credential | None = option("what lets a request in", None)
    limits: Limits = option("time limits", Limits())
    welcome: Welcome | None = option("its welcome", None)
    durability: Durability = option("the load under which faults are judged", Durability())
    upgrade: Upgrade | None = option("databases of other releases", None)
    schema: Schema | None = option("its OpenAPI document", None)
    generation: Generation | None = option("how it makes text", None)
    streaming: Streaming | None = option("how it streams text", None)
    forbidden: Forbidden | None = option("words that it refuses", None)
    server: Server | None = option("its server process", None)
    resources: Resources = option("what it takes of its machine", Resources())
    hygiene: Hygiene = option("what it shows of itself", Hygiene())
    load: Load = option("many users at once, and what must hold under their load", Load())
    process: Process | None = option("how to run it without an engine", None)
    url: Url = option("how gently it is judged where it runs already", Url())
    clients: Mapping[str, str] = option(
        "commands of the team's own that must succeed against the service, by name: run by sh in "
        "the folder of this file, with BASE_URL in their environment",
        {},
    )
    declined: Mapping[str, str] = option(
        "promises that the service does not make: clause id = reason; named and not judged", {}
    )
    waivers: tuple[Waiver, ...] = option("what is accepted by name, until a day", ())
    fail_on: str = option(
        "'should': a broken SHOULD makes a run red; 'must': it is told only",
        "should",
        values.one_of("should", "must"),
    )

    @property
    def record(self) -> Records | None:
        """The first kind of records; None where there is none."""
        return next(iter(self.records.values()), None)

    def by_kind(self) -> "Mapping[str, Config]":
        """This file with one kind of records alone, for each of them."""
        return {name: replace(self, records={name: each}) for name, each in self.records.items()}

    @property
    def record_is_work(self) -> bool:
        """Whether the work makes records, as it does where no other request is said to."""
        return any(each.create is None for each in self.records.values())

    def maker(self, records: Records) -> ValidRequest:
        """The request that makes a record of this kind."""
        return records.create or self.work
