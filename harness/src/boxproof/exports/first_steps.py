"""What a first test sends, and which statuses it expects."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from boxproof.config.options import Config
from boxproof.config.options import Credential as Settings
from boxproof.core.errors import ConfigError
from boxproof.discovery import candidates
from boxproof.discovery.api_document import ApiDocument
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.messages import Request
from boxproof.probes.work import Work, described

#: Never asked: whoever runs an export says where.
NOWHERE = Endpoint("http://127.0.0.1")
UNKNOWN_PATH = "/boxproof-no-such-path"
#: How much oftener than the welcome page a load test sends them, as tutorials of such services do.
HEALTH_WEIGHT, WORK_WEIGHT = 2, 10


@dataclass(frozen=True, slots=True)
class Step:
    """One request and what it is to be answered.

    Attributes:
        path: with its query.
        body: empty where it has none.
        statuses: any of which is right.
        weight: how often a load test sends it beside the others; 0 for never.
    """

    name: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statuses: tuple[int, ...]
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Login:
    """What lets the requests in: a header or a query parameter, of an environment variable.

    Attributes:
        prefix: what stands before the variable's value.
    """

    name: str
    variable: str
    prefix: str = ""
    in_query: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All that an export says.

    Attributes:
        left_out: what it does not, each with the reason.
    """

    service: str
    url: str
    steps: tuple[Step, ...]
    login: Login | None
    left_out: tuple[str, ...]


def plan(config: Config, document: ApiDocument | None) -> Plan:
    """What ``boxproof.toml`` and a document make of a first test.

    Raises:
        ConfigError: its credential cannot stand in an export.
    """
    left_out: list[str] = []
    steps = [*_of_file(config, left_out), *_of_document(document)]
    by_request = {(each.method, each.path, each.body): each for each in reversed(steps)}
    kept = tuple(each for each in steps if by_request[each.method, each.path, each.body] is each)
    url = f"http://127.0.0.1:{config.service.port or 8000}"
    return Plan(config.service.name, url, kept, _login(config.credential), tuple(left_out))


def _of_file(config: Config, left_out: list[str]) -> Iterator[Step]:
    """The smoke test: what any service answers, and its work."""
    client = Client(lambda: NOWHERE, Journal())
    if config.welcome is not None:
        yield _get("welcome page", config.welcome.path, (200,), weight=1)
    health = config.health
    yield _get("health", health.path, health.request.statuses, weight=HEALTH_WEIGHT)
    yield _get("unknown path", UNKNOWN_PATH, (404,))
    work = config.work
    if work.text_unique or work.takes_id:
        left_out.append("the work, which the service accepts only once of each text or id")
    else:
        request = Work(client, work).request()
        yield _step("work", request, work.statuses, weight=WORK_WEIGHT)
    for name, kind in config.records.items():
        if kind.list is not None:
            yield _step(f"list of {name}", described(client, kind.list), (200,), weight=1)


def _of_document(document: ApiDocument | None) -> Iterator[Step]:
    """A request of each operation that can be made up, expected to return what is documented."""
    if document is None:
        return
    client = Client(lambda: NOWHERE, Journal())
    for several in candidates.of_document(document, writes=True):
        operation, valid = several[0].operation, several[0].request
        if operation is None or valid.takes_id:
            continue
        statuses = _documented(document, operation.method, operation.path)
        if statuses:
            yield _step(str(operation), Work(client, valid).request(), statuses)


def _documented(document: ApiDocument, method: str, path: str) -> tuple[int, ...]:
    """The statuses below 500 that a document names for an operation."""
    paths = document.content.get("paths", {})
    responses = paths.get(path, {}).get(method.lower(), {}).get("responses", {})
    named = {int(each) for each in responses if str(each).isdecimal()}
    return tuple(sorted(each for each in named if each < 500))


def _get(name: str, path: str, statuses: tuple[int, ...], weight: int = 0) -> Step:
    return Step(name, "GET", path, (), b"", statuses, weight)


def _step(name: str, request: Request, statuses: tuple[int, ...], weight: int = 0) -> Step:
    parts = urlsplit(request.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = request.own_headers()
    return Step(name, request.method, path, headers, request.content, statuses, weight)


def _login(given: Settings | None) -> Login | None:
    """What lets the requests in.

    Raises:
        ConfigError: it is not one header or parameter of a variable.
    """
    if given is None:
        return None
    if not given.variable or given.scheme == "basic":
        raise ConfigError(
            "[credential]: only the value of an environment variable, sent as it is, can stand in "
            "an export; not a file, and not the scheme 'basic'"
        )
    name, prefix = {
        "bearer": ("Authorization", "Bearer "),
        "header": (given.name, ""),
        "cookie": ("Cookie", f"{given.name}="),
        "query": (given.name, ""),
    }[given.scheme]
    return Login(name, given.variable, prefix, given.scheme == "query")
