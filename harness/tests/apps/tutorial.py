"""The tutorial, as a reader follows it: its files, its commands and its findings."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from apps.judging import TESTS, Judged, judge

PAGE = TESTS.parents[1] / "docs" / "tutorial.md"
PROCESS = "### As a local process"
CONTAINER = "### In a container"
#: The files of the page by the language of their blocks; of several blocks the first.
FILES = {
    "python": "server.py",
    "dockerfile": "Dockerfile",
    "yaml": "docker-compose.yml",
    "toml": "boxproof.toml",
}


def written(folder: Path) -> Path:
    """The files of the page in a folder; its configuration."""
    for language, name in FILES.items():
        (folder / name).write_text(_blocks(language)[0], encoding="utf-8")
    return folder / "boxproof.toml"


def mend(folder: Path) -> None:
    """Put the page's second block of Python in the place of the function that it mends."""
    file = folder / "server.py"
    server, mended = _blocks("python")
    name = mended.partition("(")[0]
    start = server.index(name)
    end = server.index("\n\n\n", start)
    file.write_text(server[:start] + mended.rstrip() + server[end:], encoding="utf-8")


def init(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the page's ``boxproof init`` in a folder."""
    line = re.search(r"^    boxproof (init .+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert line is not None
    command = [sys.executable, "-m", "boxproof", *shlex.split(line[1])]
    return subprocess.run(command, cwd=folder, text=True, capture_output=True, check=False)


def init_output() -> list[str]:
    """What the page says that it prints."""
    return _blocks("text")[0].splitlines()


def first_command() -> list[str]:
    """The arguments of the page's first ``boxproof run``."""
    line = re.search(r"^    boxproof run (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert line is not None
    return shlex.split(line[1])


def findings(heading: str) -> set[str]:
    """The clauses in the list below a heading."""
    section = PAGE.read_text(encoding="utf-8").partition(heading)[2].partition("\n#")[0]
    return set(re.findall(r"^- `([a-z]+\.[a-z0-9-]+)`:", section, re.MULTILINE))


def follow(config: Path, *arguments: str) -> Judged:
    """Run ``boxproof run`` as the page says."""
    return judge(config, config.parent / "report", *arguments)


def _blocks(language: str) -> list[str]:
    page = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
