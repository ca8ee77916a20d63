"""A package of clauses of a team's own: installed, it is judged; no file of boxproof knows it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from apps.judging import TESTS, judge_process

import boxproof

EXAMPLE = Path(__file__).parents[3] / "examples" / "clauses-package"
CLAUSE = "house.work-answers-json"


def install(package: Path, folder: Path) -> Path:
    """Install a package into a folder of its own, with what says which entry points it has."""
    source, target = folder / "source", folder / "installed"
    # A build leaves files beside the sources.
    shutil.copytree(package, source)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    done = subprocess.run(
        [*command, "--target", str(target), str(source)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, installed."""
    return install(EXAMPLE, tmp_path_factory.mktemp("example"))


def listed(*folders: Path) -> subprocess.CompletedProcess[str]:
    """``boxproof list --family house``, where packages of these folders are installed."""
    return subprocess.run(
        [sys.executable, "-m", "boxproof", "list", "--family", "house"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))},
        capture_output=True,
        text=True,
    )


def test_a_run_judges_the_clause_of_an_installed_package(installed: Path, tmp_path: Path) -> None:
    """Beside all others, or alone, as any family."""
    path = os.pathsep.join((str(TESTS), str(installed)))
    judged = judge_process("apps.good", tmp_path, "--family", "house", PYTHONPATH=path)
    assert judged.exit_code == 0, judged.output
    assert {name: each["verdict"] for name, each in judged.clauses.items()} == {CLAUSE: "kept"}


def test_without_the_package_there_is_no_such_family() -> None:
    """It is the entry point that makes it one."""
    done = listed()
    assert done.returncode == 2
    assert "invalid choice: 'house'" in done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("content_type.py", "house.work", "smoke.work", "is not of its family 'house'"),
        ("content_type.py", "house.work-answers-json", "startup.not-root", "is retired"),
        ("content_type.py", "import Config", "import NoSuchName, Config", "NoSuchName"),
        ("content_type.py", "effect=Effect.WRITES", 'after=("no.such",)', "which is not there"),
        ("__init__.py", 'Family("house"', 'Family("home"', "stands in a package called 'house'"),
        ("__init__.py", "FAMILY =", "OTHER =", "has no 'FAMILY"),
    ],
)
def test_a_package_that_cannot_be_used_is_one_line_that_names_it(
    file: str, old: str, new: str, said: str, installed: Path, tmp_path: Path
) -> None:
    """Nothing is judged by halves, and nobody has to read a traceback."""
    broken = tmp_path / "installed"
    # Of a change within one second that keeps the size, compiled code would not know.
    shutil.copytree(installed, broken, ignore=shutil.ignore_patterns("__pycache__"))
    place = broken / "acme_clauses" / "house" / file
    assert old in place.read_text()
    place.write_text(place.read_text().replace(old, new))
    done = listed(broken)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert said in done.stderr
    assert "acme" in done.stderr


def test_the_public_names_are_those_that_are_there() -> None:
    """A name that moved would be seen by packages of others first."""
    assert sorted(boxproof.__all__) == boxproof.__all__
    assert all(getattr(boxproof, name) is not None for name in boxproof.__all__)


def test_what_is_not_public_is_not_there() -> None:
    """A misspelt name fails as in any module."""
    with pytest.raises(AttributeError, match="has no attribute 'clauze'"):
        getattr(boxproof, "clau" + "ze")
