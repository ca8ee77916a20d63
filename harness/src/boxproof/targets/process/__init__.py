"""The same server command as a local process, for machines without a container engine.

There is no image, so what an image promises (its user, its
root file system, its limits) is not judged.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Sequence

from boxproof.config.options import Config
from boxproof.core.effects import Effect
from boxproof.core.errors import BootFailed, ConfigError, EngineError
from boxproof.journal import Journal
from boxproof.targets.base import Exit, Host, Variant
from boxproof.targets.process.process_deployment import NAME, ProcessDeployment
from boxproof.targets.process.server import Order, kill_group, start
from boxproof.targets.run_lock import Run
from boxproof.targets.samples import Sampler

__all__ = ["ProcessTarget"]


class ProcessTarget:
    """Runs the server as local processes; safe to share between threads.

    Raises:
        ConfigError: ``boxproof.toml`` has no ``[process]``, or it cannot be told which port to use.
    """

    name = NAME
    effects = frozenset(Effect)
    neighbours: tuple[str, ...] = ()

    def __init__(
        self, config: Config, journal: Journal, run: Run, say: Callable[[str], None]
    ) -> None:
        if config.process is None:
            raise ConfigError(f"{config.file}: [process] missing; it says what to run")
        if not config.process.command:
            raise ConfigError(
                f"{config.file}: process.command: is empty; name the server's command"
            )
        self._config = config
        self._described = config.process
        self._journal = journal
        self._run = run
        self._say = say
        self._deployments: list[ProcessDeployment] = []
        self._sampler = Sampler(journal)
        self._closed = False
        self._prepared = False
        self._lock = threading.Lock()
        self._preparing = threading.Lock()

    def offers(self, wanted: type) -> bool:
        """Whether a local process has an ability."""
        return issubclass(ProcessDeployment, wanted)

    def host(self) -> Host:
        """This machine."""
        return Host("machine", os.cpu_count() or 1, _memory_bytes())

    def facts(self) -> dict[str, str]:
        """What a report says of it."""
        return {"command": " ".join(self._described.command)}

    def prepare(self) -> None:
        """Run the commands of ``process.prepare``, once.

        Raises:
            BootFailed: one of them failed; ``log`` holds its output.
            ConfigError: one of them cannot be run.
        """
        with self._preparing:
            if not self._prepared:
                for number, command in enumerate(self._described.prepare):
                    self._prepare(number, command)
                self._prepared = True

    def boot(self, variant: Variant) -> ProcessDeployment:
        """Boot one more deployment; see :class:`Target`."""
        deployment = self._make(variant)
        try:
            deployment.start()
        except BaseException:
            deployment.close()
            raise
        return deployment

    def boot_to_exit(self, variant: Variant) -> Exit | None:
        """Boot what is expected to refuse; see :class:`Target`."""
        deployment = self._make(variant)
        try:
            return deployment.start_to_exit(self._config.limits.refuse_seconds)
        finally:
            deployment.close()

    def close(self) -> None:
        """End every deployment that is left; safe to call twice."""
        with self._lock:
            self._closed = True
            deployments, self._deployments = self._deployments, []
        self._sampler.close()
        for deployment in deployments:
            deployment.close()

    def _make(self, variant: Variant) -> ProcessDeployment:
        self.prepare()
        with self._lock:
            if self._closed:
                raise EngineError("the run is ending; nothing more is booted")
            deployment = ProcessDeployment(
                self._config, self._described, self._journal, self._run, variant
            )
            self._deployments.append(deployment)
        self._sampler.follow(deployment)
        if variant.label:
            self._say(f"booting {self._config.service.name} ({variant.label})…")
        else:
            self._say(f"booting {self._config.service.name}…")
        return deployment

    def _prepare(self, number: int, command: Sequence[str]) -> None:
        place = f"{self._config.file}: process.prepare[{number}]"
        order = Order(command, os.environ, self._config.root, place)
        process = start(order, self._run, subprocess.PIPE)
        lines: list[str] = []
        try:
            assert process.stdout is not None
            for raw in process.stdout:
                lines.append(raw.decode("utf-8", "replace").rstrip())
                self._say(lines[-1])
            code = process.wait()
        except BaseException:
            kill_group(process.pid)
            raise
        finally:
            self._run.forget_process(process.pid)
        if code != 0:
            raise BootFailed(
                f"process.prepare: {' '.join(command)!r} ended with exit code {code}",
                log="\n".join(lines),
                exit_code_seen=code,
            )


def _memory_bytes() -> int:
    """The memory of this machine; 0 where its system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0
