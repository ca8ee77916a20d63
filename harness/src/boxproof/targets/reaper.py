"""What runs left in a container engine, found by label and removed."""

import re
import subprocess
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

LIST_SECONDS = 20.0
REMOVE_SECONDS = 60.0
CONTAINER = re.compile(r"/containers/([0-9a-f]{64})/(?:hostname|hosts|resolv\.conf) ")
IMAGE_LABEL = "boxproof.image"

#: The labels that say whose a resource is, in the order of :class:`Owner`.
LABELS = (
    *(f"boxproof.{each}" for each in ("run", "lock", "host", "user", "container")),
    "com.docker.compose.project",
)

#: How each kind of resource is listed and removed; containers first, for they hold the others.
KINDS: dict[str, tuple[list[str], list[str]]] = {
    "container": (["ps", "-a"], ["rm", "-f", "-v"]),
    "network": (["network", "ls"], ["network", "rm"]),
    "volume": (["volume", "ls"], ["volume", "rm"]),
}


@dataclass(frozen=True, slots=True)
class Owner:
    """What the labels of a resource say of the run that made it.

    Attributes:
        container: the container, of the same engine, that the run lives in: a CI job's; empty for a
            run that lives in none.
        project: the compose project that it belongs to; empty where compose did not make it.
    """

    run: str
    lock: str
    host: str
    user: str
    container: str = ""
    project: str = ""


def project_prefix(run_id: str) -> str:
    """How the names of a run's compose projects begin, and with them all names that it gives."""
    return f"boxproof-{run_id}-"


def remove_resources(is_dead: Callable[[Owner], bool], runs: Iterable[str] = ()) -> list[str]:
    """Remove containers, networks and volumes whose owner is dead; their names.

    Does nothing where no engine answers.

    Args:
        is_dead: judges what the labels say.
        runs: ids of runs that are known to be dead. Their volumes go by name as well: an engine
            that starts a container whose volume was just removed makes it anew, without labels.
    """
    said: list[str] = []
    dead_runs = set(runs)
    for kind, (listing, removal) in KINDS.items():
        found = _owned(kind, listing)
        if found is None:
            return said
        dead = {name: owner.run for name, owner in found if is_dead(owner)}
        dead_runs.update(dead.values())
        if kind == "volume" and dead_runs:
            dead |= _named_after(dead_runs)
        said += [f"{kind} {name} of run {run}" for name, run in dead.items()]
        if dead:
            _docker([*removal, *dead], REMOVE_SECONDS)
    return said


def remove_project(project: str) -> None:
    """Remove what compose made for one project; for when ``docker compose down`` failed itself."""
    for listing, removal in KINDS.values():
        label = f"label=com.docker.compose.project={project}"
        found = _docker([*listing, "--quiet", "--filter", label], LIST_SECONDS)
        if found and found.split():
            _docker([*removal, *found.split()], REMOVE_SECONDS)


def remove_images() -> list[str]:
    """Remove every image that a run built; one that a container uses stays."""
    listed = _docker(["images", "-q", "--filter", f"label={IMAGE_LABEL}"], LIST_SECONDS)
    images = dict.fromkeys((listed or "").split())
    return [
        f"image {each}"
        for each in images
        if _docker(["rmi", "-f", each], REMOVE_SECONDS) is not None
    ]


def _owned(kind: str, listing: Sequence[str]) -> list[tuple[str, Owner]] | None:
    """Names and owners of all resources of one kind that any run made; None without an engine."""
    name = "{{.Name}}" if kind == "volume" else "{{.ID}}"
    form = "\t".join([name, *(f'{{{{.Label "{each}"}}}}' for each in LABELS)])
    listed = _docker([*listing, "--filter", "label=boxproof.run", "--format", form], LIST_SECONDS)
    if listed is None:
        return None
    rows = [line.split("\t") for line in listed.splitlines()]
    return [(row[0], Owner(*row[1:])) for row in rows if 5 <= len(row) <= 7]


def own_container(mounts: str) -> str:
    """The id of the container that this process lives in, if this engine runs that.

    Args:
        mounts: ``/proc/self/mountinfo``: engines mount a container's own files over its host name
            and its like, from a folder that its id names.
    """
    named = CONTAINER.search(mounts)
    if named is None:
        return ""
    known = _docker(["ps", "--no-trunc", "--format", "{{.ID}}"], LIST_SECONDS)
    return named[1] if named[1] in (known or "").split() else ""


def has_ended(container: str) -> bool:
    """Whether the engine says that a container is gone or does not run; False where it is silent.

    Asked only of a container that this engine once ran.
    """
    listing = ["ps", "-a", "--filter", f"id={container}", "--format", "{{.State}}"]
    said = _docker(listing, LIST_SECONDS)
    return said is not None and said.strip() in ("", "exited", "dead", "created")


def _named_after(runs: Collection[str]) -> dict[str, str]:
    """Volume = run, of all volumes without labels whose name says that one of these made it."""
    form = '{{.Name}}\t{{.Label "boxproof.run"}}'
    listed = _docker(["volume", "ls", "--filter", "name=boxproof-", "--format", form], LIST_SECONDS)
    rows = [line.partition("\t") for line in (listed or "").splitlines()]
    return {
        name: run
        for name, _, labelled in rows
        for run in runs
        if not labelled and name.startswith(project_prefix(run))
    }


def _docker(arguments: Sequence[str], limit_seconds: float) -> str | None:
    """The output of one docker command; None when it failed or there is no docker."""
    try:
        done = subprocess.run(
            ["docker", *arguments],
            capture_output=True,
            text=True,
            timeout=limit_seconds,
            check=True,
            start_new_session=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
