"""What the script asks of the Docker engine: images, the swarm, the stack and its tasks."""

import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STACK = "gpt2-replicas"
SERVICE = f"{STACK}_api"
LABEL = f"com.docker.stack.namespace={STACK}"
#: Of each image: the variable of stack.yml that names it, its context and its Dockerfile.
IMAGES = (
    ("IMAGE", ROOT, ROOT / "Dockerfile-api"),
    ("BALANCER_IMAGE", HERE / "balancer", HERE / "balancer" / "Dockerfile"),
    ("DATABASE_IMAGE", ROOT / "examples" / "postgres" / "database", None),
)
CERTIFICATES = Path(os.environ.get("CA_FILE") or "/etc/ssl/certs/ca-certificates.crt")
LOOK_SECONDS = 0.2


class EngineError(Exception):
    """The engine refused, or what was waited for did not come; said in one line."""


def docker(*arguments: str, given: str = "", environment: dict[str, str] | None = None) -> str:
    """Return what a docker command printed; raises EngineError.

    In a session of its own: Ctrl-C is this process's alone, so that what it removes is removed.
    """
    done = subprocess.run(
        ["docker", *arguments],
        input=given,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["nothing"]
        raise EngineError(f"docker {' '.join(arguments[:3])}: {said[-1]}")
    return done.stdout.strip()


def _remove(*arguments: str) -> None:
    """Run a docker command that removes something; say so where that fails, for more is to go."""
    try:
        docker(*arguments)
    except EngineError as error:
        print(f"not removed: {error}", file=sys.stderr, flush=True)


def wait_until(what: str, holds: Callable[[], bool], seconds: float) -> None:
    """Look again and again; raises EngineError where it does not come."""
    limit = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > limit:
            raise EngineError(f"{what}: not within {seconds:.0f} s")
        threading.Event().wait(LOOK_SECONDS)


@contextmanager
def swarm() -> Iterator[None]:
    """This engine as a manager of a swarm; where it is in none, of its own one, which it leaves."""
    state = _swarm_state()
    if state == "active true":
        yield
        return
    if state != "inactive false":
        raise EngineError(f"the swarm is {state!r}; this must run on a manager, or outside a swarm")
    bridge = _bridge_of_swarms()
    try:
        docker("swarm", "init", "--advertise-addr", "127.0.0.1")
        yield
    finally:
        if _swarm_state() != "inactive false":
            _remove("swarm", "leave", "--force")
        if not bridge and _bridge_of_swarms():
            _remove("network", "rm", "docker_gwbridge")


def _swarm_state() -> str:
    return docker("info", "--format", "{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}")


def _bridge_of_swarms() -> str:
    """Return the network that an engine keeps of its first swarm, also when it has left that."""
    return docker("network", "ls", "--quiet", "--filter", "name=^docker_gwbridge$")


@contextmanager
def images() -> Iterator[dict[str, str]]:
    """The three images, until they are removed; yields stack.yml's variables for them."""
    tags = {variable: f"{STACK}-{variable.lower().replace('_', '-')}" for variable, *_ in IMAGES}
    try:
        for variable, context, file in IMAGES:
            options = ["--quiet", "--tag", tags[variable]]
            if base := os.environ.get("BASE_IMAGE"):
                options += ["--build-arg", f"BASE_IMAGE={base}"]
            if variable == "IMAGE" and (wheels := os.environ.get("WHEELS")):
                options += ["--build-context", f"wheels={wheels}"]
            if CERTIFICATES.is_file():
                options += ["--secret", f"id=ca,src={CERTIFICATES}"]
            if file is not None:
                options += ["--file", str(file)]
            docker("build", *options, str(context))
        yield tags
    finally:
        for tag in tags.values():
            if docker("image", "ls", "--quiet", tag):
                _remove("image", "rm", "--force", tag)


def make_checkpoint(image: str, folder: Path) -> None:
    """Write a checkpoint of GPT-2's true size with random weights, by the image's own torch."""
    folder.chmod(0o755)
    name = f"{STACK}-checkpoint"
    try:
        docker(
            *("run", "--rm", "--name", name, "--network", "none"),
            *("--user", f"{os.getuid()}:{os.getgid()}", "--volume", f"{folder}:/out"),
            *("--volume", f"{ROOT / 'bench'}:/work/bench:ro", "--workdir", "/work", image),
            *("sh", "-c", "python -m bench.checkpoint /out && chmod -R a+rX /out"),
        )
    finally:
        _remove("container", "rm", "--force", name)


@contextmanager
def stack(variables: dict[str, str]) -> Iterator[str]:
    """The stack, until it is removed with all that it kept; yields a key of its service."""
    if docker("stack", "ls", "--format", "{{.Name}}").splitlines().count(STACK):
        raise EngineError(f"a stack {STACK} is there already; docker stack rm {STACK} removes it")
    key = secrets.token_hex(16)
    given = {"DATABASE_PASSWORD_SECRET": secrets.token_hex(16), "API_KEYS_SECRET": key}
    names = {variable: f"{STACK}_{variable.lower()}" for variable in given}
    try:
        for variable, value in given.items():
            docker("secret", "create", "--label", LABEL, names[variable], "-", given=value)
        docker(
            *("stack", "deploy", "--resolve-image", "never", "--detach=true"),
            *("--compose-file", str(HERE / "stack.yml"), STACK),
            environment={**variables, **names},
        )
        yield key
    finally:
        _remove_stack()


def _remove_stack() -> None:
    _remove("stack", "rm", "--detach=true", STACK)
    try:
        wait_until("the containers of the stack are removed", lambda: not _left("container"), 120)
        wait_until("the networks of the stack are removed", lambda: not _left("network"), 120)
    finally:
        for kind in ("secret", "volume"):
            if left := _left(kind):
                _remove(kind, "rm", *left)


def _left(kind: str) -> list[str]:
    """Return what of a kind the stack still has; of containers those that have ended, too."""
    every = ["--all"] if kind == "container" else []
    return docker(kind, "ls", *every, "--quiet", "--filter", f"label={LABEL}").split()


def update() -> None:
    """Replace every replica by a new one, one after the other; until the last one is healthy."""
    docker("service", "update", "--force", "--quiet", "--detach=false", SERVICE)


def replicas() -> dict[str, str]:
    """Return the address of each container of the service that runs, also of one that drains."""
    running = docker(
        *("container", "ls", "--quiet", "--no-trunc"),
        *("--filter", f"label=com.docker.swarm.service.name={SERVICE}"),
    ).split()
    addresses = {}
    for container in running:
        try:
            networks = _inspected(container)["NetworkSettings"]["Networks"]
        except EngineError:
            # It ended meanwhile.
            continue
        addresses[container] = networks[f"{STACK}_front"]["IPAddress"]
    return addresses


def healthy(container: str) -> bool:
    """Whether the container's own health check succeeds."""
    try:
        return bool(_inspected(container)["State"]["Health"]["Status"] == "healthy")
    except EngineError:
        return False


def kill(container: str) -> None:
    """SIGKILL to all of its processes."""
    docker("container", "kill", "--signal", "KILL", container)


def _inspected(container: str) -> dict[str, Any]:
    (found,) = json.loads(docker("container", "inspect", container))
    return dict(found)
