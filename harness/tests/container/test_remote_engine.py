"""An engine over TCP that shares neither files nor process ids with the run.

It stands for docker-in-docker, WSL and the virtual machine of Docker Desktop: the run has a mount
and a process namespace of its own, and of the engine it sees a port. Its ``/tmp``, with the project
in it, is a file system that the engine does not have.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from apps.judging import TESTS, Judged

from boxproof import config as configuration
from boxproof.targets.compose import engine
from boxproof.targets.compose.production import project_key

PAGE = TESTS.parent.parent / "docs" / "how-to" / "remote-engine.md"
LIMIT_SECONDS = 550.0
APART = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")

#: Those that see more of the engine than a port of a container: the others would only take longer.
FAMILIES = ("startup", "lifecycle", "persistence", "hygiene")

#: In the namespaces: a ``/tmp`` that holds a copy of the project ($1, at $2) and, bound, the
#: folders that Python needs of the one before; then the run ($3 and so on), whose report is copied
#: to the folder where it was begun, to which no path may lead any more.
SCRIPT = """
mount -t tmpfs -o mode=1777 tmpfs fresh
mkdir "fresh/$2"
cp -R "$1/." "fresh/$2"
for kept in {kept}; do
    mkdir -p "fresh/${{kept#/tmp/}}"
    mount --bind "$kept" "fresh/${{kept#/tmp/}}"
done
mount --rbind fresh /tmp
config="/tmp/$2/container/toys/boxproof.toml"
shift 2
code=0
(cd / && "$@" --config "$config" run --report /tmp/report --target compose {families}) || code=$?
cp /tmp/report/report.json .
exit "$code"
"""


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    """Pass on what one side sends, and that it has ended: the other may have more to say."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _connect(client: socket.socket, path: str) -> None:
    with closing(client), socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
        back.start()
        _pass_on(client, server)
        # A command's output comes after the end of its input.
        back.join()


def _accept(listener: socket.socket, path: str) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_connect, args=(client, path), daemon=True).start()


@pytest.fixture
def address() -> Iterator[str]:
    """Where the engine is reached over TCP; of an engine at a socket, a forwarder's address."""
    where = engine.check()
    if where.remote:
        yield where.endpoint
        return
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        path = where.endpoint.removeprefix("unix://")
        threading.Thread(target=_accept, args=(listener, path), daemon=True).start()
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        # Wakes who accepts, which closing does not.
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def name(toys: Path) -> Iterator[str]:
    """A name of its own for the project's folder; what was built of it is removed."""
    name = uuid.uuid4().hex
    yield name
    root = Path("/tmp", name, "container", "toys")
    key = project_key(replace(configuration.load(toys / "boxproof.toml"), root=root))
    images = engine.docker("images", "--quiet", "--filter", f"label=boxproof.image={key}").split()
    if images:
        engine.docker("rmi", "-f", *set(images))


def _with_room(toys: Path, folder: Path) -> Path:
    """A copy of the toys' project that gives a slow machine time: no time is judged here."""
    shutil.copytree(toys.parent.parent, folder)
    config = folder / "container" / "toys" / "boxproof.toml"
    roomy, changed = re.subn(
        r"^(boot|request|stop|refuse|first_work)_seconds = (\d+)$",
        lambda found: f"{found[1]}_seconds = {3 * int(found[2])}",
        config.read_text(),
        flags=re.MULTILINE,
    )
    assert changed == 5
    config.write_text(roomy)
    return folder


def _judge_apart(project: Path, name: str, address: str, folder: Path) -> Judged:
    """Judge the good toy in namespaces of the run's own."""
    (folder / "fresh").mkdir()
    needed = {sys.prefix, str(TESTS.parent)}
    kept = [f"'{each}'" for each in needed if each.startswith("/tmp/")]
    families = [f"--family {each}" for each in FAMILIES]
    script = SCRIPT.format(kept=" ".join(kept), families=" ".join(families))
    done = subprocess.run(
        [*APART, "sh", "-euc", script, "sh", project, name, sys.executable, "-m", "boxproof"],
        cwd=folder,
        env={
            **{key: value for key, value in os.environ.items() if key != "DOCKER_CONTEXT"},
            "DOCKER_HOST": address,
            "TMPDIR": "/tmp",
            "TOY": "good",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
    )
    assert (folder / "report.json").exists(), done.stdout
    clauses = json.loads((folder / "report.json").read_text())["clauses"]
    return Judged(done.returncode, {each["id"]: each for each in clauses}, done.stdout)


def test_only_what_the_page_lists_is_not_judged_and_nothing_is_wrong(
    toys: Path, name: str, address: str, tmp_path: Path
) -> None:
    """Every other clause of the families that can tell is kept by the good toy."""
    if (
        shutil.which("unshare") is None
        or subprocess.run([*APART, "true"], capture_output=True).returncode != 0
    ):
        pytest.skip("no namespaces can be made here: it takes unshare, and root")
    listed = set(re.findall(r"^- `([a-z.-]+)` is not judged", PAGE.read_text(), re.MULTILINE))
    assert listed
    seen = _judge_apart(_with_room(toys, tmp_path / "project"), name, address, tmp_path)
    assert not seen.said("broken") | seen.said("unknown"), seen.output
    assert seen.said("not judged") == listed, seen.output
    assert seen.said("kept") == seen.clauses.keys() - listed, seen.output
    assert seen.exit_code == 0, seen.output
