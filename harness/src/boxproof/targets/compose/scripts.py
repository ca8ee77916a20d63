"""Programs in the image's own Python, run beside its server on the same files."""

import contextlib
import subprocess
import threading
from collections.abc import Iterator

from boxproof.core.breaches import NotJudged
from boxproof.core.errors import EngineError
from boxproof.targets.compose import engine
from boxproof.targets.compose.container import Container

#: What a held program may take to its first line, and from the end of its input to its own.
SCRIPT_SECONDS = 30.0
PYTHON = "command -v python3 || command -v python"


def run(container: Container, source: str, *arguments: str) -> str:
    """Run a program to its end; what it wrote to standard output.

    Raises:
        NotJudged: the image has no Python, or the program failed; its last line.
    """
    code, out, said = container.execute(*_python(container), source, *arguments)
    if code != 0:
        raise NotJudged(engine.last_line(said))
    return out


@contextlib.contextmanager
def held(container: Container, source: str, *arguments: str) -> Iterator[None]:
    """Run a program for the length of a block, which begins with its first line of output.

    It must end with its standard input, which closes with the block and with this process, and
    with status 0.

    Raises:
        NotJudged: the image has no Python, or the program ended without a line.
        EngineError: it failed, or ended in the middle of the block, beside a server that runs.
    """
    command = ["docker", "exec", "--interactive", container.name, *_python(container)]
    child = engine.launch([*command, source, *arguments], stderr=engine.PIPE, stdin=engine.PIPE)
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        with _ended_after(SCRIPT_SECONDS, child):
            begun = child.stdout.readline()
        if not begun:
            raise NotJudged(engine.last_line(child.communicate()[1]))
        yield
        ended = child.poll() is not None
        try:
            said = child.communicate(timeout=SCRIPT_SECONDS)[1]
        except subprocess.TimeoutExpired:
            return
        # One that ends with the block may not have been reaped yet; its status tells.
        if (ended or child.returncode != 0) and container.state().running:
            raise EngineError(
                "a program beside the server was ended before its time: " + engine.last_line(said)
            )
    finally:
        engine.end(child)


@contextlib.contextmanager
def _ended_after(limit_seconds: float, child: subprocess.Popen[str]) -> Iterator[None]:
    limit = threading.Timer(limit_seconds, engine.kill, [child])
    limit.start()
    try:
        yield
    finally:
        limit.cancel()


def _python(container: Container) -> tuple[str, ...]:
    """The image's own Python, without site-packages and whatever else could get in the way."""
    code, out, _ = container.execute("sh", "-c", PYTHON)
    if code != 0 or not out.strip():
        raise NotJudged("the image has no Python to run beside its server")
    return (out.split()[0], "-I", "-S", "-c")
