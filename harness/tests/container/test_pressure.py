"""A full and a read-only data volume, little memory, little CPU, programs beside the server."""

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import EngineError
from boxproof.targets import reaper
from boxproof.targets.base import Variant
from boxproof.targets.compose import engine
from boxproof.targets.compose.compose_deployment import ComposeDeployment

from .conftest import Begin, count

CAPPED = Variant(data_bytes=4_194_304, shm_bytes=268_435_456)


QUITS = "import sys; sys.exit('at once')"
WRITE = "echo more 2>/dev/null >/data/more && echo written || echo refused"


def written(deployment: ComposeDeployment) -> bool:
    """Whether the service's user can write another file."""
    return deployment.shell(WRITE).split()[-1] == "written"


def test_a_full_volume(begin: Begin) -> None:
    """Nothing can be written until it is freed, and nothing of the filling stays."""
    deployment = begin().target.boot(CAPPED)
    count(deployment, add=True)
    deployment.fill_data()
    assert not written(deployment)
    deployment.free_data()
    deployment.free_data()
    assert written(deployment)
    assert count(deployment, add=True) == 2
    assert ".boxproof-fill" not in deployment.shell("ls -a /data")


def test_a_volume_of_a_size_outlives_its_container(begin: Begin) -> None:
    """A tmpfs would be gone with the last container that holds it: another one does."""
    deployment = begin().target.boot(CAPPED)
    count(deployment, add=True)
    deployment.kill()
    deployment.start()
    assert count(deployment) == 1
    deployment.recreate(keep_volume=True)
    assert count(deployment) == 1


def test_a_volume_of_a_size_begins_as_any_other(begin: Begin) -> None:
    """With what the image has in its place, and its owners and modes."""
    look = "cd /data && cat brought && stat -c '%n %a %U' . brought"
    run = begin()
    as_it_is, capped = (run.target.boot(each).shell(look) for each in (Variant(), CAPPED))
    assert capped == as_it_is
    assert capped.startswith("brought")


def test_a_volume_of_no_size_is_not_filled(begin: Begin) -> None:
    """It would be the machine's own disk."""
    deployment = begin().target.boot(Variant())
    with pytest.raises(NotJudged, match="of a size"):
        deployment.fill_data()
    deployment.free_data()


def test_a_read_only_volume(begin: Begin) -> None:
    """The new container cannot write; the one after that can again."""
    deployment = begin().target.boot(CAPPED)
    count(deployment, add=True)
    assert deployment.recreate_read_only() is None
    assert not written(deployment)
    assert count(deployment) == 1
    deployment.recreate(keep_volume=True)
    assert count(deployment, add=True) == 2


def test_no_memory_left(begin: Begin) -> None:
    """The kernel ends the server, and afterwards it has the memory that it had."""
    deployment = begin().target.boot(CAPPED)
    before = deployment.container.state().host["Memory"]
    ended = deployment.exhaust_memory()
    assert (ended.code, ended.oom_killed) == (137, True)
    deployment.start()
    assert deployment.container.state().host["Memory"] == before > 0
    assert count(deployment) == 0


@pytest.mark.parametrize("cpus", [None, 1.0])
def test_little_cpu(begin: Begin, cpus: float | None) -> None:
    """The limit changes while it runs, and what it had is given back."""
    deployment = begin().target.boot(Variant(cpus=cpus))
    deployment.throttle(0.1)
    assert deployment.cpu_limit() == 0.1
    deployment.unthrottle()
    deployment.unthrottle()
    assert deployment.cpu_limit() == cpus


def test_scripts(begin: Begin) -> None:
    """A program runs to its end, or for the length of a block; one that fails judges nothing."""
    deployment = begin().target.boot(Variant())
    assert deployment.run_script("import sys; print(sys.argv[1] * 2)", "ab") == "abab\n"
    with pytest.raises(NotJudged, match="no such thing"):
        deployment.run_script("import sys; sys.exit('no such thing')")
    held = "import sys; print('begun', flush=True); sys.stdin.read(); open('/data/ended', 'w')"
    with deployment.held_script(held):
        assert "ended" not in deployment.shell("ls -a /data")
    assert "ended" in deployment.shell("ls -a /data")
    with pytest.raises(NotJudged, match="at once"), deployment.held_script(QUITS):
        pass
    # What was seen in such a block says nothing of the server.
    ends = "import sys; print('begun', flush=True); sys.exit('too early')"
    with pytest.raises(EngineError, match="too early"), deployment.held_script(ends):
        pass


def test_a_run_that_died_with_a_full_disk_leaves_nothing(begin: Begin) -> None:
    """What holds the volume is the run's own as well."""
    run = begin()
    run.target.boot(CAPPED).fill_data()
    assert any("holder" in each for each in engine.docker("ps", "--format", "{{.Names}}").split())
    reaper.remove_resources(lambda owner: owner.run == run.run.id)
    assert run.left() == []
