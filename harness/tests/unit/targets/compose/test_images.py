"""A build is seen while it happens, in a few lines."""

import fcntl
import json
import os
import threading
from pathlib import Path

import pytest

from boxproof.core.errors import BootFailed, EngineError
from boxproof.targets.abilities import Image
from boxproof.targets.compose import images
from boxproof.targets.compose.executor import Executor
from boxproof.targets.run_lock import Run

from .conftest import FakeDocker

BUILDKIT = """\
#1 [api internal] load build definition from Dockerfile
#1 DONE 0.0s
#5 [api dependencies 1/2] FROM docker.io/library/python:3.11
#6 [api dependencies 2/2] RUN pip install torch
#6 2.125 Collecting torch
#6 9.500 Downloading torch
#6 9.600 Downloading more
#6 [api dependencies 2/2] RUN pip install torch
#7 [api] exporting to image
#7 CACHED
"""


def test_progress() -> None:
    """Each step once, and what a long step is doing every few seconds."""
    clock = iter([0.0, 1.0, 2.0, 3.0, 9.0, 9.0, 9.5, 10.0])
    said: list[str] = []
    progress = images.Progress(said.append, clock=lambda: next(clock))
    for line in BUILDKIT.splitlines():
        progress(line)
    assert said == [
        "build: [api dependencies 1/2] FROM docker.io/library/python:3.11",
        "build: [api dependencies 2/2] RUN pip install torch",
        "build:   Downloading torch",
        "build: [api] exporting to image",
    ]


def test_long_lines_are_cut() -> None:
    """A step of many commands takes one line of a terminal."""
    said: list[str] = []
    images.Progress(said.append)(f"#9 [api 3/3] RUN {'x' * 300}")
    assert len(said[0]) < 120
    assert said[0].endswith("…")


def test_failed_build(fake_docker: FakeDocker, run: Run, tmp_path: Path) -> None:
    """A failed build carries all that it said."""
    fake_docker("echo '#6 1.0 no matching wheel'; echo 'failed to solve: pip'; exit 17")
    executor = Executor("docker compose", [], "project", run=run)
    with pytest.raises(BootFailed, match=r"could not be built: .*failed to solve: pip") as error:
        images.build(executor, {"api": "boxproof-x-api"}, tmp_path, lambda _: None)
    assert "no matching wheel" in error.value.log


def test_a_build_whose_base_cannot_be_had(
    fake_docker: FakeDocker, run: Run, tmp_path: Path
) -> None:
    """A registry that does not answer is not the service's fault."""
    fake_docker("echo 'failed to solve: python:3: failed to resolve source metadata'; exit 17")
    executor = Executor("docker compose", [], "project", run=run)
    with pytest.raises(EngineError, match=r"could not be built: .*source metadata"):
        images.build(executor, {"api": "boxproof-x-api"}, tmp_path, lambda _: None)


def test_an_image_that_cannot_be_pulled(fake_docker: FakeDocker, run: Run) -> None:
    """The engine's own words, and nothing of the service."""
    fake_docker("echo 'no such host' >&2; exit 1")
    executor = Executor("docker compose", [], "project", run=run)
    with pytest.raises(EngineError, match=r"redis:7: the image cannot be pulled: .*no such host"):
        images.pull(executor, "cache", "redis:7", lambda _: None)


def test_build_pins_ids(fake_docker: FakeDocker, run: Run, tmp_path: Path) -> None:
    """What runs is the id that was just built, for a name may be built anew by another run."""
    calls = fake_docker('[ "$1" != image ] || echo sha256:0123')
    executor = Executor("docker compose", [], "project", run=run)
    made = images.build(executor, {"api": "boxproof-x-api"}, tmp_path, lambda _: None)
    assert made == {"api": "sha256:0123"}
    assert "build api" in calls.read_text()


def test_builds_of_one_project_wait_for_each_other(
    fake_docker: FakeDocker, run: Run, tmp_path: Path
) -> None:
    """A second run says that it waits, and builds once the first one's lock is free."""
    calls = fake_docker('[ "$1" != image ] || echo sha256:0123')
    executor = Executor("docker compose", [], "project", run=run)
    first = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(first, fcntl.LOCK_EX)
    waiting = threading.Event()
    thread = threading.Thread(
        target=lambda: images.build(executor, {"api": "x"}, tmp_path, lambda _: waiting.set())
    )
    thread.start()
    assert waiting.wait(10)
    assert not calls.exists()
    os.close(first)
    thread.join(10)
    assert "build api" in calls.read_text()


@pytest.mark.parametrize(("others", "pruned"), [(0, True), (1, False)])
def test_older_builds_stay_while_another_run_lives(
    fake_docker: FakeDocker, run: Run, others: int, pruned: bool
) -> None:
    """Another live run may be about to boot an older build of the same project."""
    calls = fake_docker("true")
    live = [Run(run.folder.parent) for _ in range(others)]
    images.prune("x", run.id)
    for each in live:
        each.close()
    assert ("label=boxproof.image=x" in calls.read_text() if calls.exists() else False) is pruned


def test_an_image_is_read_with_its_history(fake_docker: FakeDocker, tmp_path: Path) -> None:
    """Each step as it ran; an image that sets and says nothing is one, too."""
    config, steps = tmp_path / "config", tmp_path / "steps"
    config.write_text(json.dumps({"Env": ["A=1"], "Labels": {"title": "toy"}}))
    steps.write_text("".join(f"{json.dumps(each)}\n" for each in ("ENV A=1", "RUN a &\n b")))
    fake_docker(f'test "$1" = history && cat {steps} || cat {config}')
    made = images.inspected("sha256:1")
    assert (made.environment, made.labels) == (("A=1",), {"title": "toy"})
    assert made.history == ("ENV A=1", "RUN a &\n b")
    steps.write_text("")
    config.write_text(json.dumps({"Env": None, "Labels": None}))
    assert images.inspected("sha256:1") == Image("sha256:1", (), {}, ())
