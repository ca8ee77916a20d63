"""What takes seconds to load and needs no deployment: begun beside the first boot."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from boxproof.core import cancellation
from boxproof.drivers import openapi_validation
from boxproof.drivers.schemathesis import FuzzingProcess
from boxproof.pytest_plugin.stash import session_of
from boxproof.scenarios.scheduler import asked_for

PROCESS = pytest.StashKey[FuzzingProcess]()


@contextmanager
def loading(run: pytest.Session) -> Iterator[None]:
    """Load what the clauses of a run will ask for; ended with the block, where nobody did."""
    wanted = asked_for(run)
    with ExitStack() as held:
        if "openapi_problem" in wanted:
            cancellation.daemon(openapi_validation.load, "load-openapi").start()
        if "fuzzer" in wanted:
            # Where it cannot be started, the clauses that need it are told when they ask for it.
            with suppress(OSError):
                run.config.stash[PROCESS] = _started(run.config)
                held.callback(run.config.stash[PROCESS].close)
        yield


def fuzzing_process(config: pytest.Config) -> FuzzingProcess:
    """The process that was started early; a new one where that was used, or none was.

    Raises:
        OSError: none can be started.
    """
    early = config.stash.get(PROCESS, None)
    if early is None:
        return _started(config)
    del config.stash[PROCESS]
    return early


def _started(config: pytest.Config) -> FuzzingProcess:
    return FuzzingProcess(session_of(config).run.folder / "fuzzing")
