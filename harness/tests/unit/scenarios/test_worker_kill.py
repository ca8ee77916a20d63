"""The server's tree among a container's processes."""

import pytest

from boxproof.core.breaches import Breach
from boxproof.targets.abilities import Process
from boxproof.targets.server_processes import tree_of

INIT = Process(1, 0, 10, "/sbin/docker-init -- gunicorn.sh")
MASTER = Process(7, 1, 10, "/usr/bin/python3 gunicorn app")
WORKERS = (Process(8, 7, 10, MASTER.command), Process(9, 7, 10, MASTER.command))


def test_master_and_workers_are_told_apart_by_their_parents() -> None:
    """Other processes, and a worker's own children, are neither."""
    helper = Process(10, 8, 10, "python3 -c 'from multiprocessing import resource_tracker'")
    tree = tree_of([INIT, MASTER, *WORKERS, helper], "python3 gunicorn")
    assert tree.master == MASTER
    assert tree.workers == WORKERS


@pytest.mark.parametrize(
    "seen", [[INIT], [INIT, MASTER, Process(20, 1, 10, MASTER.command)]], ids=["none", "two"]
)
def test_a_server_has_one_master(seen: list[Process]) -> None:
    """The breach shows the processes that were there."""
    with pytest.raises(Breach, match="not one") as breach:
        tree_of(seen, "python3 gunicorn")
    assert any(INIT.command in line for line in breach.value.evidence)
