"""The mounted disk: a file system as programs know it, until the power is lost."""

import contextlib
import mmap
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from boxproof.core.errors import EngineError
from boxproof.targets import run_lock
from boxproof.targets.lossy_disk.disk import Disk, missing
from boxproof.targets.lossy_disk.unmounting import is_mounted
from boxproof.targets.run_lock import Run

#: Writes files, the first of them synced, says so, and waits to be killed.
WRITER = """
import os, sys, time
for name, sync in (("kept", True), ("lost", False)):
    file = open(os.path.join(sys.argv[1], name), "wb")
    file.write(b"words")
    file.flush()
    if sync:
        os.fsync(file.fileno())
print("written", flush=True)
time.sleep(100)
"""


def killed_after(program: str, *arguments: str) -> None:
    """Run a Python program until its first line, then SIGKILL it."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.kill()
    assert said, "the program failed"


def test_a_kill_leaves_what_was_written_and_a_power_loss_what_was_synced(disk: Disk) -> None:
    """Which is why SIGKILL cannot show a missing fsync."""
    killed_after(WRITER, str(disk.folder))
    assert sorted(os.listdir(disk.folder)) == ["kept", "lost"]
    assert (disk.folder / "lost").read_bytes() == b"words"
    loss = disk.lose_power()
    assert (loss.entries, loss.size_bytes) == (1, 5)
    assert os.listdir(disk.folder) == ["kept"]
    assert (disk.folder / "kept").read_bytes() == b"words"


def test_nothing_that_the_kernel_has_cached_is_seen_after_a_loss(disk: Disk) -> None:
    """Neither data nor sizes nor names."""
    file = disk.folder / "file"
    with file.open("wb") as opened:
        opened.write(b"old")
        opened.flush()
        os.fsync(opened.fileno())
    file.write_bytes(b"something new")
    assert file.read_bytes() == b"something new"
    (disk.folder / "other").touch()
    disk.lose_power()
    assert file.read_bytes() == b"old"
    assert file.stat().st_size == 3
    assert not (disk.folder / "other").exists()


@pytest.mark.parametrize("flag", [os.O_SYNC, os.O_DSYNC])
def test_a_file_that_was_opened_for_synchronous_writes_needs_no_fsync(
    disk: Disk, flag: int
) -> None:
    """The kernel syncs after each write."""
    opened = os.open(disk.folder / "file", os.O_CREAT | os.O_WRONLY | flag)
    os.write(opened, b"words")
    os.close(opened)
    disk.lose_power()
    assert (disk.folder / "file").read_bytes() == b"words"


@pytest.mark.parametrize(("sync", "left"), [(True, b"mapped"), (False, b"\0" * 6)])
def test_what_is_written_through_a_map_survives_when_it_is_synced(
    disk: Disk, sync: bool, left: bytes
) -> None:
    """msync(2) counts as an fsync of the file does; unmapping does not."""
    with (disk.folder / "file").open("w+b") as file:
        file.write(bytes(6))
        file.flush()
        os.fsync(file.fileno())
        with mmap.mmap(file.fileno(), 6) as mapped:
            mapped[:] = b"mapped"
            if sync:
                mapped.flush()
    assert (disk.folder / "file").read_bytes() == b"mapped"
    disk.lose_power()
    assert (disk.folder / "file").read_bytes() == left


def test_it_is_a_file_system_as_programs_know_them(disk: Disk) -> None:
    """Folders, links, renames, modes, times, unlinked open files, free space."""
    below = disk.folder / "below"
    below.mkdir(mode=0o750)
    (below / "one").write_text("words")
    os.link(below / "one", below / "two")
    os.symlink("one", below / "three")
    assert (below / "three").read_text() == "words"
    assert (below / "one").stat().st_nlink == 2
    assert (below / "one").stat().st_ino == (below / "two").stat().st_ino
    os.replace(below / "two", disk.folder / "two")
    os.chmod(disk.folder / "two", 0o600)
    os.utime(disk.folder / "two", ns=(1_000, 2_000))
    seen = (disk.folder / "two").stat()
    assert (seen.st_mode & 0o777, seen.st_mtime_ns, seen.st_uid) == (0o600, 2_000, os.geteuid())
    with (below / "one").open("r+") as opened:
        (below / "one").unlink()
        (disk.folder / "two").unlink()
        opened.truncate(3)
        assert opened.read() == "wor"
    with pytest.raises(OSError, match="not empty"):
        below.rmdir()
    (below / "three").unlink()
    below.rmdir()
    assert os.listdir(disk.folder) == []
    assert os.statvfs(disk.folder).f_bavail > 0


def test_a_disk_that_is_full_says_so(disk: Disk) -> None:
    """The memory of the machine is not what ends it."""
    with (disk.folder / "file").open("wb") as file, pytest.raises(OSError, match="No space"):
        file.truncate(2**40)


def test_what_is_written_is_counted(disk: Disk) -> None:
    """So that it shows when nobody writes to it; what is forgotten counts as well."""
    (disk.folder / "file").touch()
    assert disk.written_bytes() == 0
    (disk.folder / "file").write_text("words")
    disk.lose_power()
    assert disk.written_bytes() == 5


def test_it_is_gone_when_it_is_closed(disk: Disk) -> None:
    """Also while a file is open, which is then no longer served; and twice."""
    opened = os.open(disk.folder / "file", os.O_CREAT | os.O_WRONLY)
    disk.close()
    disk.close()
    with pytest.raises(OSError, match="not connected"):
        os.write(opened, b"words")
    with contextlib.suppress(OSError):
        os.close(opened)
    assert not is_mounted(disk.folder)
    assert os.listdir(disk.folder) == []


def test_an_end_of_its_process_is_one_line(disk: Disk) -> None:
    """It is not waited for, and what it left is removed."""
    disk._process.send_signal(signal.SIGKILL)
    disk._process.wait()
    with pytest.raises(EngineError, match="the FUSE file system ended"):
        disk.lose_power()
    disk.close()
    assert not is_mounted(disk.folder)


#: A run that mounts a disk, says where, and waits to be killed.
RUN = """
import sys, time
from pathlib import Path
from boxproof.targets.run_lock import Run
from boxproof.targets.lossy_disk.disk import Disk
run = Run(Path(sys.argv[1]))
disk = Disk(run.folder / "disk", run)
print(disk.folder, disk._process.pid, flush=True)
time.sleep(100)
"""


@pytest.mark.usefixtures("own_tmpdir")
@pytest.mark.parametrize("serving", [True, False])
def test_a_run_that_was_killed_leaves_no_mount(tmp_path: Path, serving: bool) -> None:
    """The file system ends by itself; where it was killed too, the next sweep unmounts it."""
    if why := missing():
        pytest.skip(f"no forgetful disk here: {why}")
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        folder, pid = process.stdout.readline().split()
        if not serving:
            os.kill(int(pid), signal.SIGKILL)
        process.kill()
    said = run_lock.sweep()
    assert not is_mounted(Path(folder))
    assert not Path(folder).exists()
    assert any(folder in line or "folder" in line for line in said)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the next step."""
    monkeypatch.setattr("boxproof.targets.lossy_disk.disk.DEVICE", tmp_path / "none")
    assert "FUSE" in missing()


def test_a_mount_that_fails_says_why(
    run: Run, mount: Callable[[str], Disk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In libfuse's own words."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(EngineError, match="the FUSE file system ended"):
        mount("other")
    assert not is_mounted(run.folder / "other")


def test_a_full_disk_has_room_in_blocks_that_are_there_already(disk: Disk) -> None:
    """As on any disk: a write may find room for its beginning alone, and none for another file."""
    old, new = disk.folder / "old", disk.folder / "new"
    old.write_bytes(b"begun")
    disk.fill()
    with old.open("ab", buffering=0) as opened:
        assert opened.write(bytes(5000)) == 4096 - len(b"begun")
        with pytest.raises(OSError, match="No space left"):
            opened.write(b"more")
    with new.open("wb", buffering=0) as opened, pytest.raises(OSError, match="No space left"):
        opened.write(b"words")
    assert os.statvfs(disk.folder).f_bavail == 0
    disk.free()
    new.write_bytes(b"words")
    assert new.read_bytes() == b"words"
