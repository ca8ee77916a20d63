"""Locust's own command as a process: started, told what to do, followed, never left behind."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boxproof.config.load_options import Profile
from boxproof.config.options import Config
from boxproof.core import cancellation
from boxproof.core.cancellation import daemon
from boxproof.core.errors import BoxproofError, ConfigError
from boxproof.drivers.locust.load_plan import VARIABLE, Plan, Quota
from boxproof.endpoint import Endpoint
from boxproof.probes.load_seconds import Second, Seen
from boxproof.targets.run_lock import Run

HERE = Path(__file__).parent
#: The folder of what Locust writes, beside the other reports, and its files.
FOLDER = "load"
HTML, LOG = "locust.html", "locust.log"
#: How long it may take until its first second, and until it has ended when it is told to.
START_SECONDS, END_SECONDS = 60.0, 30.0
#: Stands in the lines of its log that tell an error.
ERROR = "/ERROR/"
#: Variables that would change what Locust does.
FOREIGN = "LOCUST_"


class LoadFailed(BoxproofError):
    """Locust itself failed; says nothing of the service."""


def check_installed() -> None:
    """See that Locust is there, without importing it.

    Raises:
        ConfigError: it is not.
    """
    if importlib.util.find_spec("locust") is None:
        raise ConfigError("load needs Locust, which is not installed: pip install 'boxproof[load]'")


@dataclass(frozen=True, slots=True)
class Locust:
    """Puts loads on one deployment, one at a time; see :class:`LoadMaker`.

    Args:
        folder: where the reports of a run go.
        web_port: of Locust's own web page, on the loopback; None for none.
    """

    endpoint: Callable[[], Endpoint]
    config: Config
    run: Run
    folder: Path
    say: Callable[[str], None]
    web_port: int | None = None

    def begin(self, *, pace_seconds: float | None) -> "LoadProcess":
        """Begin one, with nobody yet.

        Raises:
            ConfigError: Locust is not installed.
            LoadFailed: it did not begin.
        """
        check_installed()
        if self.web_port is not None:
            self.say(f"Locust's web page: http://127.0.0.1:{self.web_port}")
        return LoadProcess(
            self.endpoint(),
            self.config,
            self.config.load.chosen,
            self.run,
            self.folder / FOLDER,
            pace_seconds,
            self.web_port,
        )


class LoadProcess:
    """A load on one address; see :class:`boxproof.probes.load_seconds.RunningLoad`.

    Args:
        folder: where its reports go; what lay there before is removed.
        web_port: of Locust's own web page, on the loopback; None for none.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        config: Config,
        profile: Profile,
        run: Run,
        folder: Path,
        pace_seconds: float | None = None,
        web_port: int | None = None,
    ) -> None:
        self._run = run
        self._folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._changed = threading.Condition()
        self._seconds: dict[int, Second] = {}
        self._users = 0
        self._over = False
        reading, telling = os.pipe()
        low, high = profile.wait_seconds
        quota = endpoint.quota
        plan = Plan(
            config=str(config.file.resolve()),
            url=endpoint.url,
            weights=config.load.weights,
            wait_seconds=(low, high),
            pace_seconds=pace_seconds,
            ca_file=str(endpoint.tls.ca_file or ""),
            quota=None if quota is None else Quota.of(quota),
            tell=telling,
        )
        try:
            with (folder / LOG).open("wb") as log:
                self._process = subprocess.Popen(
                    _command(endpoint.url, config, folder, web_port),
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=config.root,
                    env=_environment(plan, run),
                    pass_fds=(telling,),
                    # Ctrl-C is this process's to handle: it ends the other.
                    start_new_session=True,
                )
        finally:
            os.close(telling)
        run.note_process(self._process.pid)
        daemon(lambda: self._follow(reading), "load").start()
        try:
            if not self._wait(lambda: bool(self._seconds), START_SECONDS):
                raise LoadFailed(f"Locust did not begin: {self._last_line()}")
        except BaseException:
            self._kill()
            raise

    def users(self, count: int, seconds: float) -> None:
        """Have so many users; see :class:`RunningLoad`."""
        rate = max(1.0, abs(count - self._users)) / max(seconds, 0.1)
        self._users = count
        self._order(do="users", users=count, rate=rate)

    def wait_for(self, at: float) -> bool:
        """Wait until all seconds before a moment are known; see :class:`RunningLoad`."""
        limit_seconds = max(0.0, at - time.time()) + START_SECONDS
        return self._wait(lambda: max(self._seconds) + 1 >= at, limit_seconds)

    def between(self, began: float, ended: float) -> list[Second]:
        """The whole seconds between two moments, as far as they are known."""
        with self._changed:
            return [
                each
                for at, each in sorted(self._seconds.items())
                if began <= at and at + 1 <= ended
            ]

    def close(self) -> None:
        """Let every user go, have Locust write its reports, and wait until it has ended."""
        if self._process.poll() is None:
            self._order(do="end")
            self._wait(lambda: False, END_SECONDS)
        self._kill()

    def why_ended(self) -> str:
        """The last that Locust said, of a load that has ended too early."""
        return self._last_line()

    def _order(self, **what: Any) -> None:
        assert self._process.stdin is not None
        # One that has ended obeys nobody; `wait_for` says so.
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            self._process.stdin.flush()

    def _wait(self, known: Any, limit_seconds: float) -> bool:
        """Wait until something is known, or the process has ended; whether it is known."""
        with self._changed:
            cancellation.wait_for(self._changed, lambda: self._over or bool(known()), limit_seconds)
            return bool(known())

    def _follow(self, reading: int) -> None:
        with os.fdopen(reading, "rb") as lines:
            for line in lines:
                second = _second(json.loads(line))
                with self._changed:
                    self._seconds[second.at] = second
                    self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _kill(self) -> None:
        """End all of its processes, and wait until they are gone."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with suppress(BrokenPipeError, OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        self._run.forget_process(self._process.pid)

    def _last_line(self) -> str:
        log = (self._folder / LOG).read_text(encoding="utf-8", errors="replace")
        lines = [each for each in log.splitlines() if each.strip()]
        errors = [each for each in lines if ERROR in each]
        if errors:
            return errors[-1].partition(ERROR)[2].partition(": ")[2]
        return lines[-1] if lines else "it said nothing"


def _command(url: str, config: Config, folder: Path, web_port: int | None) -> Sequence[str]:
    """Locust's own command line."""
    load = config.load
    own = load.locustfile
    files = f"{HERE / 'recorded.py'},{own}" if own else str(HERE / "described_users.py")
    shown = (
        ["--headless"]
        if web_port is None
        else ["--autostart", "--autoquit=0", "--web-host=127.0.0.1", f"--web-port={web_port}"]
    )
    return [
        *(sys.executable, "-P", "-m", "locust", f"--locustfile={files}", f"--host={url}"),
        *(*shown, "--users=0", "--only-summary", "--exit-code-on-error=0", "--stop-timeout=5"),
        *(f"--csv={folder / 'results'}", "--csv-full-history", f"--html={folder / HTML}"),
        *([f"--processes={load.processes}"] if load.processes > 1 else []),
    ]


def _environment(plan: Plan, run: Run) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    kept.pop(VARIABLE, None)
    return {**kept, **run.environment, **plan.environment()}


def _second(told: Mapping[str, Any]) -> Second:
    operations = {name: Seen.from_json(each) for name, each in told["operations"].items()}
    return Second(told["at"], told["users"], told["cpu_percent"], operations)
