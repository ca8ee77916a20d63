"""Has a toy service fuzzed, as a run of the harness would."""

from collections.abc import Callable
from pathlib import Path

from boxproof.config.operations import Read, Records, ValidRequest
from boxproof.config.options import Config, Forbidden, Limits, Schema, Service
from boxproof.drivers.schemathesis import Fuzzer, FuzzingProcess
from boxproof.endpoint import Endpoint, ExchangeLimits
from boxproof.journal import Journal

CONFIG = Config(
    root=Path(),
    service=Service(name="toy", port=1),
    work=ValidRequest(path="/say", body={"prompt": "Once"}, text="/prompt"),
    records={"sayings": Records(read=Read(path="/records/{id}"))},
    schema=Schema(max_examples=5),
    forbidden=Forbidden(words=("hate", "violence")),
    limits=Limits(request_seconds=5.0),
)


#: On a busy machine too, what is found must not depend on the time that it takes.
LONG_SECONDS = 600.0
#: As a deployment of this configuration has them.
LIMITS = ExchangeLimits(CONFIG.limits.request_seconds)


def fuzzer(
    at: str | Endpoint,
    folder: Path,
    *,
    seed: int = 1,
    config: Config = CONFIG,
    say: Callable[[str], None] = lambda _: None,
    limit_seconds: float | None = LONG_SECONDS,
) -> Fuzzer:
    """A fuzzer of what answers there, with a journal beside its scratch folder."""
    return Fuzzer(
        config=config,
        endpoint=lambda: Endpoint(at, limits=LIMITS) if isinstance(at, str) else at,
        journal=Journal(folder / "journal.jsonl"),
        seed=seed,
        process=lambda: FuzzingProcess(folder / "fuzzing"),
        say=say,
        limit_seconds=limit_seconds,
    )
