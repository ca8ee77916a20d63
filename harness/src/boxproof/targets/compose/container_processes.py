"""The processes inside a container, looked at with nothing but its own shell."""

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import EngineError, HasEnded
from boxproof.targets.abilities import Process
from boxproof.targets.compose.container import Container
from boxproof.targets.compose.engine import last_line

#: One line for each process: pid, parent, real uid, command. A slim image has no ``ps``.
LIST = r"""
for d in /proc/[0-9]*; do
  parent= uid=
  while read -r key value rest; do
    case $key in PPid:) parent=$value;; Uid:) uid=$value; break;; esac
  done 2>/dev/null <"$d/status" || continue
  [ -n "$uid" ] || continue
  printf '%s %s %s %s\n' "${d#/proc/}" "$parent" "$uid" \
    "$(tr '\0\n' '  ' 2>/dev/null <"$d/cmdline")"
done
"""
NO_SHELL = ("executable file not found", "no such file or directory")
#: What the kernel numbers the first process of a pid namespace.
FIRST_PROCESS = 1
PERMISSION = "permitted"
#: How Docker and Podman say it.
NOT_RUNNING = ("is not running", "container state improper")
#: Looks into a container that may be ending: the engine says so only once it has ended.
LOOK_ATTEMPTS = 3


def processes(container: Container) -> tuple[Process, ...]:
    """Every process that the container's first one started, in order of their ids.

    What the engine started from outside (this look itself, health checks) has no parent inside and
    is left out, with its children.

    Raises:
        NotJudged: the image has no shell.
        HasEnded: the container does not run.
        EngineError: the engine could not list them.
    """
    every = {each.pid: each for each in _parse(_listed(container))}
    outside = {pid for pid, each in every.items() if each.parent == 0 and pid != FIRST_PROCESS}
    while more := {pid for pid, each in every.items() if each.parent in outside} - outside:
        outside |= more
    return tuple(every[pid] for pid in sorted(every.keys() - outside))


def signal(container: Container, pid: int, number: int) -> None:
    """Send a signal to one process inside.

    The kernel keeps signals of its own namespace from the first process, so that one is signalled
    by the engine. Another user's process is signalled as that user: root without capabilities
    could not either.

    Raises:
        NotJudged: the image has no shell.
        ProcessLookupError: there is no such process.
    """
    if pid == FIRST_PROCESS:
        try:
            container.call("kill", "--signal", str(number))
        except EngineError as error:
            if not _has_ended(str(error)):
                raise
            raise ProcessLookupError(f"process 1 in {container.name}: it has ended") from None
        return
    order = f"kill -{number} {pid}"
    code, _, said = container.execute("sh", "-c", order)
    if code != 0 and PERMISSION in said.lower():
        owner = next((str(each.uid) for each in processes(container) if each.pid == pid), "")
        code, _, said = container.execute("sh", "-c", order, user=owner)
    _check_shell(code, said)
    if code != 0:
        raise ProcessLookupError(f"process {pid} in {container.name}: {said.strip()}")


def shell(container: Container, script: str) -> str:
    """The standard output of a script that the container's own shell runs.

    Raises:
        NotJudged: the image has no shell.
        EngineError: it wrote nothing there.
    """
    code, out, said = container.execute("sh", "-c", script)
    _check_shell(code, said)
    if not out:
        raise EngineError(f"docker exec: {last_line(said)}")
    return out


def _listed(container: Container) -> str:
    """What :data:`LIST` writes; the engine tells on standard output that it could not be run."""
    out, said = "", ""
    for _ in range(LOOK_ATTEMPTS):
        code, out, said = container.execute("sh", "-c", LIST)
        _check_shell(code, out + said)
        if code == 0 and out:
            return out
        if _has_ended(said):
            raise HasEnded(f"docker exec: {last_line(said)}")
    raise EngineError(f"docker exec: {last_line(said or out)}")


def _has_ended(said: str) -> bool:
    return any(words in said for words in NOT_RUNNING)


def _check_shell(code: int, said: str) -> None:
    if code in (126, 127) and any(mark in said.lower() for mark in NO_SHELL):
        raise NotJudged("the image has no shell")


def _parse(lines: str) -> list[Process]:
    found = []
    for line in lines.splitlines():
        pid, parent, uid, *command = line.split(maxsplit=3)
        found.append(Process(int(pid), int(parent), int(uid), " ".join(command).strip()))
    return found
