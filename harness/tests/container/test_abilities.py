"""Stop, start, kill, recreate, processes and signals of a real container."""

import signal
import time
from collections.abc import Callable

import pytest

from boxproof.core.errors import BootFailed
from boxproof.targets.base import Variant
from boxproof.targets.compose import engine
from boxproof.targets.compose.compose_deployment import ComposeDeployment

from .conftest import Begin, count


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds that no event tells of."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def port_of(deployment: ComposeDeployment) -> str:
    """The published port, in the engine's own words."""
    said = engine.docker("port", deployment.container.name, "8000").splitlines()[0]
    return said.rpartition(":")[2]


def test_restart(begin: Begin) -> None:
    """A stopped service starts again on its data, at the port that it has then."""
    deployment = begin().target.boot(Variant())
    count(deployment, add=True)
    before = deployment.startup
    ended = deployment.stop()
    assert ended.code == 0
    assert ended.log.endswith("stopping\n")
    after = deployment.start()
    assert after == deployment.startup
    assert after.ordered > before.ready
    assert deployment.endpoint.url.endswith(f":{port_of(deployment)}")
    assert count(deployment) == 1
    assert deployment.logs().count("ready") == 2


def test_another_container_of_the_port(begin: Begin) -> None:
    """The address follows when the port that was had is taken meanwhile."""
    run = begin()
    deployment = run.target.boot(Variant())
    old = deployment.endpoint.url
    deployment.stop()
    image = run.target.facts()["image"]
    label = f"boxproof.run={run.run.id}"
    publish = f"127.0.0.1:{old.rpartition(':')[2]}:8000"
    engine.docker("run", "-d", "--label", label, "-p", publish, image, "sleep", "60")
    deployment.start()
    assert deployment.endpoint.url != old
    assert count(deployment) == 0


def test_stop_honours_productions_grace(begin: Begin) -> None:
    """A service that takes longer than stop_grace_period (3 s) is killed, as production would."""
    deployment = begin().target.boot(Variant(environment={"STOP_SECONDS": "60"}))
    ended = deployment.stop()
    assert ended.code == 137
    assert 2.9 < ended.seconds < 10


def test_kill(begin: Begin) -> None:
    """A killed service says nothing more, and starts again on its data."""
    deployment = begin().target.boot(Variant())
    count(deployment, add=True)
    ended = deployment.kill()
    assert (ended.code, ended.oom_killed) == (137, False)
    assert "stopping" not in ended.log
    deployment.start()
    assert count(deployment) == 1


@pytest.mark.parametrize(("keep_volume", "kept"), [(True, 1), (False, 0)])
def test_recreate(begin: Begin, keep_volume: bool, kept: int) -> None:
    """A new container has the old data exactly when it has the old volume; the log goes on."""
    deployment = begin().target.boot(Variant())
    count(deployment, add=True)
    first = engine.inspect(deployment.container.name)[0]["Id"]
    deployment.recreate(keep_volume=keep_volume)
    assert engine.inspect(deployment.container.name)[0]["Id"] != first
    assert count(deployment) == kept
    assert deployment.logs().count("ready") == 2
    assert deployment.logs().count("stopping") == 1


def test_recreate_what_was_killed(begin: Begin) -> None:
    """A container that has ended already can be made anew."""
    deployment = begin().target.boot(Variant())
    deployment.kill()
    deployment.recreate(keep_volume=True)
    assert count(deployment) == 0


def test_without_the_volume(begin: Begin) -> None:
    """Without its volume the service runs, and a new container has forgotten all."""
    deployment = begin().target.boot(Variant(volume=False))
    assert count(deployment, add=True) == 1
    deployment.recreate(keep_volume=True)
    assert count(deployment) == 0


def test_processes_and_signals(begin: Begin) -> None:
    """The service's own processes are seen and signalled, the first one as well."""
    deployment = begin().target.boot(Variant())
    master, worker = deployment.processes()
    assert (master.pid, master.parent, master.uid) == (1, 0, 10001)
    assert "server.py" in master.command
    assert (worker.parent, worker.command.split()[-1]) == (1, "worker")
    deployment.signal_process(worker.pid, signal.SIGKILL)
    eventually(lambda: not any("worker" in each.command for each in deployment.processes()))
    deployment.signal_process(1, signal.SIGTERM)
    eventually(lambda: not deployment.container.state().running)
    assert deployment.container.state().exit_code == 0


def test_start_of_what_ends_again(begin: Begin) -> None:
    """A restart that fails is told as a first boot would be."""
    deployment = begin().target.boot(Variant())
    deployment.stop()
    deployment.container.call("update", "--memory", "6m", "--memory-swap", "6m")
    with pytest.raises(BootFailed, match="exit code 137"):
        deployment.start()


def test_services(begin: Begin) -> None:
    """pytest-docker's interface: a port asked for again, a wait that ends with the cause."""
    deployment = begin().target.boot(Variant())
    services = deployment.services
    assert str(services.port_for("api", 8000)) == port_of(deployment)
    services.wait_until_responsive(lambda: True, timeout=5, pause=0.1)
    deployment.stop()
    began = time.monotonic()
    with pytest.raises(BootFailed, match="ended while it was waited for: exit code 0") as error:
        services.wait_until_responsive(lambda: False, timeout=60, pause=0.1)
    assert time.monotonic() - began < 10
    assert "stopping" in error.value.log
    deployment.start()
    assert str(services.port_for("api", 8000)) == port_of(deployment)
