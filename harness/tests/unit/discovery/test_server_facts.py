"""What a running server shows of itself becomes the ``[server]`` table."""

from collections.abc import Mapping
from typing import Any

from boxproof.core.breaches import NotJudged
from boxproof.discovery import server_facts
from boxproof.targets.abilities import InspectsProcesses, Process, ReadsLogs

LOG = '{"message": "a"}\n{"message": "b"}\n{"message": "c"}\n'
GUNICORN = (
    Process(1, 0, 1000, "/opt/venv/bin/python gunicorn app:app"),
    Process(7, 1, 1000, "/opt/venv/bin/python gunicorn app:app"),
    Process(8, 1, 1000, "/opt/venv/bin/python gunicorn app:app"),
)
ALONE = (Process(1, 0, 1000, "python3 server.py"), Process(9, 1, 1000, "git"))


class Shown:
    """A deployment that has these processes and this log."""

    def __init__(self, processes: tuple[Process, ...], log: str = LOG) -> None:
        self._processes, self._log = processes, log

    def ability(self, wanted: type) -> Any:
        """Itself, for both abilities that are asked for."""
        assert wanted in (InspectsProcesses, ReadsLogs)
        return self

    def processes(self) -> tuple[Process, ...]:
        """Those that it was made with."""
        return self._processes

    def logs(self) -> str:
        """The log that it was made with."""
        return self._log


def found(deployment: Any, environment: Mapping[str, Any] | None = None) -> Any:
    """The table of a deployment."""
    return server_facts.find(deployment, environment or {}, 8000, read_only=True)[0]


def test_a_master_and_its_workers_are_told_with_the_variable_that_sets_them() -> None:
    """Where the compose file sets it to as many as there are."""
    server = found(Shown(GUNICORN), {"WORKERS": 2, "PORT": "8000", "MODEL": None})
    assert (server.master, server.workers_variable, server.workers) == ("gunicorn", "WORKERS", 2)
    assert (server.port_variable, server.json_logs, server.read_only_root) == ("PORT", True, True)
    other = found(Shown(GUNICORN, "plain text\n"), {"WORKERS": 4, "PORT": "9000"})
    assert (other.workers_variable, other.port_variable, other.json_logs) == ("", "", False)


def test_a_server_of_one_process_promises_nothing_of_workers() -> None:
    """Nor does a deployment that shows no processes."""

    class Blind(Shown):
        def ability(self, wanted: type) -> Any:
            raise NotJudged(f"it has no {wanted.__name__}")

    assert found(Shown(ALONE)) is None
    assert found(Blind(ALONE)) is None
