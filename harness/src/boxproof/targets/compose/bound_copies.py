"""Copies of what services bind of the host: packed once a run, laid on the volumes of each boot.

The archive carries owners as on this machine, and modes that let any user write, since nobody knows
as whom a container runs. An engine that shares no files with this machine takes it just as well.
"""

import os
import stat
import subprocess
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from boxproof.composefile.bind_mounts import FILE, Copy, Start
from boxproof.core.errors import ConfigError, EngineError
from boxproof.targets.compose import engine

#: More than this of one folder is not copied.
LIMIT_BYTES = 256 * 2**20
MIB = 2**20
GIT_SECONDS = 60.0
#: A checkout of another user's, as CI has it, is read as well; nothing that it configures is run.
GIT_OPTIONS = ("-c", "safe.directory=*", "-c", "core.fsmonitor=false")
COPY_SECONDS = 300.0
#: Where the volumes are mounted in a container that is never started.
PLACE = "/boxproof"
#: Of the kernel's own file systems nothing can be copied.
KERNEL = (Path("/dev"), Path("/proc"), Path("/sys"))
#: Below one of these, and a folder like any other.
SHARED_MEMORY = Path("/dev/shm")


def kinds(copies: Iterable[Copy]) -> tuple[frozenset[str], frozenset[str]]:
    """What is a file, and what cannot be copied, of what services bind; all else is a folder."""
    files, uncopied = set(), set()
    for each in copies:
        path, mode = Path(each.source), _mode(Path(each.source))
        if _within(path, KERNEL) and not _within(path, (SHARED_MEMORY,)):
            uncopied.add(each.source)
        elif stat.S_ISREG(mode):
            files.add(each.source)
        elif mode and not stat.S_ISDIR(mode):
            uncopied.add(each.source)
    return frozenset(files), frozenset(uncopied)


def missing(sources: Iterable[str]) -> frozenset[str]:
    """What does not exist; what is closed to this user may."""
    return frozenset(source for source in sources if _is_missing(source))


def pack(copies: Sequence[Copy], archive: Path, say: Callable[[str], None]) -> None:
    """Write the archive that every boot's volumes start with: one folder for each volume.

    Raises:
        ConfigError: there is more than :data:`LIMIT_BYTES` of one, or it cannot be read.
    """
    # It may hold what only its owner may read.
    descriptor = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        for each in copies:
            try:
                _pack(each, tar, say)
            except OSError as error:
                raise ConfigError(
                    f"{each.place}: {error.filename or each.source}: cannot be copied for the run:"
                    f" {error.strerror}"
                ) from None


def lay(archive: Path, volumes: Mapping[str, str], image: str, labels: Mapping[str, str]) -> None:
    """Lay the archive on volumes that the engine has: name in the document = the engine's name.

    Raises:
        EngineError: the engine refused.
    """
    mounts = [f"--volume={name}:{PLACE}/{volume}:nocopy" for volume, name in volumes.items()]
    marks = [f"--label={name}={value}" for name, value in labels.items()]
    # The command is never run; an image without one would be refused.
    made = engine.docker("create", *marks, *mounts, "--network=none", image, "none").strip()
    try:
        with archive.open("rb") as source:
            _copy(source.fileno(), made)
    finally:
        engine.attempt("rm", "--force", made)


def unpack_files(archive: Path, folder: Path) -> None:
    """Lay the files of the archive that stand for one bound file each into a folder, by volume."""
    folder.mkdir()
    with tarfile.open(archive) as tar:
        for entry in tar:
            path = PurePosixPath(entry.name)
            if len(path.parts) == 2 and path.name == FILE and (content := tar.extractfile(entry)):
                target = folder / path.parent.name
                target.write_bytes(content.read())
                target.chmod(entry.mode)


def _copy(source: int, container: str) -> None:
    command = ["docker", "cp", "--quiet", "-", f"{container}:{PLACE}"]
    child = engine.launch(command, stdin=source)
    try:
        said, _ = child.communicate(timeout=COPY_SECONDS)
    except subprocess.TimeoutExpired:
        raise EngineError(f"docker cp: no answer within {COPY_SECONDS:g} s") from None
    finally:
        engine.end(child)
    if child.returncode != 0:
        raise EngineError(f"docker cp: {engine.last_line(said)}")


def _pack(copy: Copy, tar: tarfile.TarFile, say: Callable[[str], None]) -> None:
    source = Path(copy.source)
    if stat.S_ISREG(_mode(source)):
        _check_size(copy, [source])
        _add_folder(tar, copy.volume, source.parent)
        _add(tar, f"{copy.volume}/{FILE}", source.resolve())
        return
    _add_folder(tar, copy.volume, source)
    names = _names(copy)
    _check_size(copy, [source / name for name in names])
    there = stat.S_ISDIR(_mode(source))
    if copy.start is Start.TRACKED and not names and there and _holds_something(source):
        say(
            f"{copy.place} starts empty: git tracks nothing of {source}"
            " ([volumes] of the configuration names exceptions)"
        )
    folders: set[PurePosixPath] = set()
    for name in names:
        for folder in reversed(PurePosixPath(name).parents[:-1]):
            if folder not in folders:
                folders.add(folder)
                _add_folder(tar, f"{copy.volume}/{folder}", source / folder)
        _add(tar, f"{copy.volume}/{name}", source / name)


def _names(copy: Copy) -> list[str]:
    """What is copied of a folder, as paths below it."""
    source = Path(copy.source)
    if copy.start is Start.EMPTY or not stat.S_ISDIR(_mode(source)):
        return []
    if copy.start is Start.WHOLE:
        return sorted(
            str((Path(folder) / name).relative_to(source))
            for folder, folders, files in os.walk(source, onerror=_raise)
            for name in (*folders, *files)
        )
    return [name for name in _tracked(source) if os.path.lexists(source / name)]


def _raise(error: OSError) -> None:
    raise error


def _tracked(folder: Path) -> list[str]:
    """What git tracks below a folder; nothing where there is no git or no repository."""
    try:
        done = subprocess.run(
            ["git", *GIT_OPTIONS, "-C", str(folder), "ls-files", "-z"],
            capture_output=True,
            timeout=GIT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return sorted(set(os.fsdecode(done.stdout).split("\0")) - {""})


def _check_size(copy: Copy, paths: Iterable[Path]) -> None:
    size_bytes = sum(path.lstat().st_size for path in paths if stat.S_ISREG(path.lstat().st_mode))
    if size_bytes > LIMIT_BYTES:
        raise ConfigError(
            f"{copy.place}: {copy.source} would start with {size_bytes // MIB} MiB, more than the"
            f" {LIMIT_BYTES // MIB} MiB that a run copies; list it under [volumes]"
            " read_only, empty or keep of the configuration"
        )


def _add_folder(tar: tarfile.TarFile, name: str, like: Path) -> None:
    entry = tarfile.TarInfo(name)
    entry.type = tarfile.DIRTYPE
    entry.mode = 0o777
    if stat.S_ISDIR(_mode(like)):
        seen = like.stat()
        entry.uid, entry.gid, entry.mtime = seen.st_uid, seen.st_gid, int(seen.st_mtime)
    tar.addfile(entry)


def _add(tar: tarfile.TarFile, name: str, path: Path) -> None:
    """Add a file, a link or a folder; sockets and the like are left out."""
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        _add_folder(tar, name, path)
    elif stat.S_ISLNK(mode):
        tar.addfile(tar.gettarinfo(path, name))
    elif stat.S_ISREG(mode):
        entry = tar.gettarinfo(path, name)
        # A second name of one file is a file of its own: the first may not be in the archive.
        entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", path.stat().st_size
        entry.mode = 0o777 if mode & stat.S_IXUSR else 0o666
        with path.open("rb") as content:
            tar.addfile(entry, content)


def _is_missing(source: str) -> bool:
    try:
        os.lstat(source)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _within(path: Path, folders: Iterable[Path]) -> bool:
    return any(path == folder or folder in path.parents for folder in folders)


def _mode(path: Path) -> int:
    """The mode of what lies there; 0 where nothing does that this user could see."""
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _holds_something(folder: Path) -> bool:
    """Whether a folder is not empty, or is closed to this user."""
    try:
        return any(folder.iterdir())
    except PermissionError:
        return True
