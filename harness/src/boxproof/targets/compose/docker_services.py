"""pytest-docker's services, for a team's own tests, without its known holes."""

import timeit
from collections.abc import Callable
from typing import Any

import attr
from pytest_docker.plugin import Services as PluginServices

from boxproof.targets.compose.container import Container, Watcher


@attr.s(frozen=True)
class Services(PluginServices):
    """The services of one deployment: ``port_for`` and ``wait_until_responsive``.

    A port is asked for again every time, since a restart moves it. Waiting ends as soon as the
    judged container is gone, and its failure carries the container's log and exit code.
    """

    _container: Container = attr.ib(kw_only=True)

    def port_for(self, service: str, container_port: int) -> int:
        """The host's port for a container's port, as it is now."""
        self._services.clear()
        return super().port_for(service, container_port)

    def wait_until_responsive(
        self,
        check: Any,
        timeout: float,
        pause: float,
        clock: Callable[[], float] = timeit.default_timer,
    ) -> None:
        """Wait until ``check()`` is true; ``timeout`` and ``pause`` in seconds.

        Raises:
            BootFailed: the container ended, or the time is over.
        """
        watcher = Watcher(self._container)
        try:
            began = clock()
            while clock() - began < timeout:
                if watcher.gone.is_set():
                    raise self._container.failure("the container ended while it was waited for")
                if check():
                    return
                watcher.gone.wait(pause)
            raise self._container.failure(f"not responsive within {timeout:g} s")
        finally:
            watcher.close()
