"""What a bound file or folder of the host starts as in a run."""

import os
import socket
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from boxproof.composefile.bind_mounts import Copy, Start
from boxproof.core.errors import ConfigError
from boxproof.targets.compose import bound_copies

from .conftest import FakeDocker

NOBODY = 65534


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a folder of which git tracks a part."""
    folder = tmp_path / "checkout"
    (folder / "db" / "sub").mkdir(parents=True)
    for name in ("private", "sub/run", "gone", "ünï\ncode"):
        (folder / "db" / name).write_text(name)
    (folder / "db" / "sub" / "run").chmod(0o700)
    (folder / "db" / "link").symlink_to("sub/run")
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    tracked = ["db/sub/run", "db/gone", "db/ünï\ncode", "db/link"]
    subprocess.run(["git", "-C", str(folder), "add", *tracked], check=True)
    (folder / "db" / "gone").unlink()
    return folder


def packed(tmp_path: Path, *copies: Copy) -> tuple[dict[str, tarfile.TarInfo], list[str]]:
    """The archive's entries by name, and what was said."""
    said: list[str] = []
    archive = tmp_path / "bound.tar"
    bound_copies.pack(copies, archive, said.append)
    assert archive.stat().st_mode & 0o777 == 0o600
    with tarfile.open(archive) as tar:
        return {each.name: each for each in tar}, said


def test_what_git_tracks(checkout: Path, tmp_path: Path) -> None:
    """As it lies in the working tree, and nothing else; any user may write it."""
    copy = Copy(str(checkout / "db"), "bound-db", Start.TRACKED, "db:/data")
    entries, said = packed(tmp_path, copy)
    assert entries.keys() == {
        "bound-db",
        "bound-db/link",
        "bound-db/sub",
        "bound-db/sub/run",
        "bound-db/ünï\ncode",
    }
    modes = {name: oct(each.mode & 0o777) for name, each in entries.items() if not each.issym()}
    assert modes == {
        "bound-db": "0o777",
        "bound-db/sub": "0o777",
        "bound-db/sub/run": "0o777",
        "bound-db/ünï\ncode": "0o666",
    }
    assert entries["bound-db/link"].linkname == "sub/run"
    assert {each.uid for each in entries.values()} == {os.getuid()}
    assert said == []


def test_nothing_is_tracked(checkout: Path, tmp_path: Path) -> None:
    """It starts empty, and a person is told, for a service may need what is not there."""
    (checkout / "new").mkdir()
    (checkout / "new" / "rows").write_text("private")
    copy = Copy(str(checkout / "new"), "bound-new", Start.TRACKED, "db:/data")
    entries, said = packed(tmp_path, copy)
    assert entries.keys() == {"bound-new"}
    assert len(said) == 1
    assert said[0].startswith("db:/data starts empty")


@pytest.mark.parametrize("start", [Start.TRACKED, Start.WHOLE])
def test_a_folder_that_is_not_there(tmp_path: Path, start: Start) -> None:
    """The engine would make an empty one."""
    entries, said = packed(tmp_path, Copy(str(tmp_path / "none"), "bound-none", start, "db:/data"))
    assert entries.keys() == {"bound-none"}
    assert said == []


def test_whole_and_empty(checkout: Path, tmp_path: Path) -> None:
    """``[volumes]`` decides it whatever git says; sockets are left out."""
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(checkout / "db" / "sub" / "socket"))
    source = str(checkout / "db")
    entries, _ = packed(
        tmp_path,
        Copy(source, "whole", Start.WHOLE, "db:/whole"),
        Copy(source, "empty", Start.EMPTY, "db:/empty"),
    )
    assert "whole/private" in entries
    assert "whole/sub/run" in entries
    assert "whole/sub/socket" not in entries
    assert [name for name in entries if name.startswith("empty")] == ["empty"]


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder of another user's, as a database makes its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "pgdata"
        folder.mkdir()
        (folder / "rows").write_text("private")
        Path(name).chmod(0o755)
        folder.chmod(0o700 if os.geteuid() == 0 else 0)
        before = os.geteuid()
        if before == 0:
            os.seteuid(NOBODY)
        yield folder
        os.seteuid(before)
        folder.chmod(0o700)


def test_a_folder_that_is_closed_to_this_user(closed: Path) -> None:
    """It starts empty like every other; only to copy all of it needs rights to it."""
    said: list[str] = []
    copy = Copy(str(closed), "bound-pgdata", Start.TRACKED, "db:/data")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "bound.tar"
        assert bound_copies.kinds([copy, replace(copy, source=str(closed / "rows"))]) == (
            frozenset(),
            frozenset(),
        )
        bound_copies.pack([copy], archive, said.append)
        with tarfile.open(archive) as tar:
            assert tar.getnames() == ["bound-pgdata"]
        with pytest.raises(ConfigError, match=r"^db:/data: .*pgdata: cannot be copied"):
            bound_copies.pack([replace(copy, start=Start.WHOLE)], archive, print)
    assert len(said) == 1
    sources = [str(closed / "rows"), str(closed), str(closed.parent / "none")]
    assert bound_copies.missing(sources) == {sources[2]}


def test_a_file(checkout: Path, tmp_path: Path) -> None:
    """It is copied whether git tracks it or not; a link stands for what it leads to."""
    (checkout / "settings").symlink_to("db/private")
    source = str(checkout / "settings")
    entries, _ = packed(tmp_path, Copy(source, "bound-settings", Start.TRACKED, "db:/settings"))
    assert entries.keys() == {"bound-settings", "bound-settings/file"}
    assert entries["bound-settings/file"].isreg()
    assert entries["bound-settings/file"].size == len("private")
    folder = tmp_path / "files"
    bound_copies.unpack_files(tmp_path / "bound.tar", folder)
    assert (folder / "bound-settings").read_text() == "private"
    assert (folder / "bound-settings").stat().st_mode & 0o777 == 0o666


@pytest.mark.parametrize("name", ["folder", "folder/large"])
def test_too_large(tmp_path: Path, name: str) -> None:
    """One line says how much, and which settings decide otherwise."""
    (tmp_path / "folder").mkdir()
    with (tmp_path / "folder" / "large").open("wb") as file:
        file.truncate(bound_copies.LIMIT_BYTES + bound_copies.MIB)
    copy = Copy(str(tmp_path / name), "bound", Start.WHOLE, "db:/data")
    with pytest.raises(ConfigError, match=r"^db:/data: .* 257 MiB, .* 256 MiB .*\[volumes\]"):
        bound_copies.pack([copy], tmp_path / "bound.tar", print)


@pytest.mark.parametrize("source", ["socket", "/dev/null", "/sys/kernel"])
def test_what_cannot_be_copied(tmp_path: Path, source: str) -> None:
    """A socket, a device or a folder of the kernel's."""
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket"))
    path = str(tmp_path / source)
    copies = [Copy(path, "bound", Start.TRACKED, "db:/x")]
    assert bound_copies.kinds(copies) == (frozenset(), frozenset({path}))


def test_kinds(checkout: Path) -> None:
    """Files are told from folders."""
    copies = [
        Copy(str(checkout / name), name, Start.TRACKED, "x")
        for name in ("db", "db/private", "no", "/dev/shm")
    ]
    files, uncopied = bound_copies.kinds(copies)
    assert files == {str(checkout / "db" / "private")}
    assert not uncopied


def test_no_git(checkout: Path, tmp_path: Path, fake_docker: FakeDocker) -> None:
    """Without git a folder starts empty."""
    fake_docker("exit 0")
    command = tmp_path / "bin" / "git"
    command.write_text("#!/bin/sh\nexit 127\n")
    command.chmod(0o755)
    copy = Copy(str(checkout / "db"), "bound-db", Start.TRACKED, "db:/data")
    assert packed(tmp_path, copy)[0].keys() == {"bound-db"}


def test_laid_by_a_container_that_is_never_started(fake_docker: FakeDocker, tmp_path: Path) -> None:
    """It carries the run's labels, and is removed whatever comes of the copy."""
    calls = fake_docker("case $1 in create) echo 0123;; cp) cat >/dev/null; exit 1;; esac")
    (tmp_path / "bound.tar").write_bytes(b"")
    with pytest.raises(Exception, match="docker cp"):
        bound_copies.lay(tmp_path / "bound.tar", {"v": "p_v"}, "image", {"boxproof.run": "1"})
    create, copy, remove = calls.read_text().splitlines()
    assert "--label=boxproof.run=1 --volume=p_v:/boxproof/v:nocopy" in create
    assert copy == "cp --quiet - 0123:/boxproof"
    assert remove == "rm --force 0123"
