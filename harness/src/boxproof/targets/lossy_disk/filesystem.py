"""The forgetful file system in FUSE's words, and the process that serves it.

``python -m boxproof.targets.lossy_disk MOUNTPOINT`` mounts it and prints ``mounted``. Each line
``lose`` on its standard input loses the power, answered by ``lost ENTRIES BYTES``, each ``look`` is
answered by ``written BYTES``. After ``fill``, answered by ``full``, there is no room, and after
``free``, answered by ``freed``, there is again. At the end of its input, that is when the run that
started it is dead, it unmounts itself and ends.
"""

import errno
import os
import signal
import stat
import sys
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import mfusepy

from boxproof.targets.lossy_disk.durable_tree import Tree
from boxproof.targets.lossy_disk.nodes import File, Folder, Link, Node
from boxproof.targets.lossy_disk.unmounting import unmount

#: What is held in memory at most; then the disk is full.
CAPACITY_BYTES = 512 * 1024 * 1024
BLOCK_BYTES = 4096
NAME_BYTES = 255
#: With libfuse 3, mfusepy (3.1) hands on no handle to truncate. There an open file that is unlinked
#: keeps its path, under a hidden name until it is closed.
UNLINKS_AT_ONCE = mfusepy.fuse_version_major == 2


class FileSystem:
    """The operations that mfusepy calls by name, one at a time; each raises OSError to refuse.

    Those that FUSE gives a handle act on it alone, so that a file that was unlinked while open
    goes on working. Everything that is read or written comes here: the kernel drops its own pages
    of a file when the file is opened. Maps are written back when they are unmapped or synced.

    While it is ``full``, no file gets another block; the rest of the block that it ends in is its
    own, so that a write may find room for its beginning alone, as on any disk.
    """

    use_ns = True
    flag_nopath = flag_nullpath_ok = int(UNLINKS_AT_ONCE)

    def __init__(self, tree: Tree, mounted: Callable[[], None]) -> None:
        self.tree = tree
        self.guard = threading.Lock()
        self.written_bytes = 0
        self.full = False
        self._mounted = mounted
        self._handles: dict[int, Node] = {}
        self._numbers = count(1)

    def init(self, _path: str) -> None:
        """The kernel has mounted it."""
        self._mounted()

    def getattr(self, path: str, handle: int | None = None) -> dict[str, int]:
        with self.guard:
            node = self._node(path, handle)
            return {
                "st_mode": node.mode,
                "st_uid": node.uid,
                "st_gid": node.gid,
                "st_ino": node.number,
                "st_size": node.size,
                "st_nlink": 2 if isinstance(node, Folder) else len(node.places),
                "st_blocks": -(-node.size // 512),
                "st_atime": node.accessed_ns,
                "st_mtime": node.modified_ns,
                "st_ctime": node.modified_ns,
            }

    def readdir(self, _path: str, handle: int) -> list[tuple[str, dict[str, int], int]]:
        with self.guard:
            folder = self._handles[handle]
            assert isinstance(folder, Folder)
            entries = {".": folder, "..": folder, **folder.entries}
            # With its number: C libraries leave out an entry that has none.
            return [
                (name, {"st_mode": each.mode, "st_ino": each.number}, 0)
                for name, each in entries.items()
            ]

    def opendir(self, path: str) -> int:
        with self.guard:
            return self._open(self.tree.folder(path))

    def open(self, path: str, flags: int) -> int:
        with self.guard:
            file = self.tree.file(path)
            if flags & os.O_TRUNC:
                file.resize(0)
            return self._open(file)

    def create(self, path: str, mode: int, _flags: int) -> int:
        with self.guard:
            file = self._owned(File(stat.S_IFREG | stat.S_IMODE(mode)))
            self.tree.add(path, file)
            return self._open(file)

    def release(self, _path: str, handle: int) -> int:
        with self.guard:
            self._handles.pop(handle, None)
        return 0

    releasedir = release

    def read(self, _path: str, size: int, offset: int, handle: int) -> bytes:
        with self.guard:
            return bytes(self._file(handle).data[offset : offset + size])

    def write(self, _path: str, data: bytes, offset: int, handle: int) -> int:
        with self.guard:
            file = self._file(handle)
            room = _whole_blocks(file.size) - offset
            if self.full and room > 0:
                data = data[:room]
            self._check_room(file, offset + len(data))
            file.write(data, offset)
            self.written_bytes += len(data)
            return len(data)

    def truncate(self, path: str, length: int, handle: int | None = None) -> int:
        with self.guard:
            file = self.tree.file(path) if handle is None else self._file(handle)
            self._check_room(file, length)
            file.resize(length)
        return 0

    def fsync(self, _path: str, _data_only: int, handle: int) -> int:
        with self.guard:
            self.tree.sync(self._handles[handle])
        return 0

    fsyncdir = fsync

    def mkdir(self, path: str, mode: int) -> int:
        with self.guard:
            self.tree.add(path, self._owned(Folder(stat.S_IFDIR | stat.S_IMODE(mode))))
        return 0

    def symlink(self, path: str, target: str) -> int:
        with self.guard:
            self.tree.add(path, self._owned(Link(stat.S_IFLNK | 0o777, target=target)))
        return 0

    def readlink(self, path: str) -> str:
        with self.guard:
            node = self.tree.find(path)
            if not isinstance(node, Link):
                raise OSError(errno.EINVAL, path)
            return node.target

    def link(self, path: str, existing: str) -> int:
        with self.guard:
            self.tree.add(path, self.tree.find(existing))
        return 0

    def unlink(self, path: str) -> int:
        with self.guard:
            self.tree.remove(path)
        return 0

    rmdir = unlink

    def rename(self, old: str, new: str) -> int:
        with self.guard:
            self.tree.rename(old, new)
        return 0

    def chmod(self, path: str, mode: int) -> int:
        with self.guard:
            node = self.tree.find(path)
            node.mode = stat.S_IFMT(node.mode) | stat.S_IMODE(mode)
        return 0

    def chown(self, path: str, uid: int, gid: int) -> int:
        with self.guard:
            node = self.tree.find(path)
            node.uid = node.uid if uid == -1 else uid
            node.gid = node.gid if gid == -1 else gid
        return 0

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> int:
        with self.guard:
            node = self.tree.find(path)
            if times is not None:
                node.accessed_ns, node.modified_ns = times
        return 0

    def statfs(self, _path: str) -> dict[str, int]:
        with self.guard:
            blocks = CAPACITY_BYTES // BLOCK_BYTES
            free = 0 if self.full else blocks - self.tree.used_bytes() // BLOCK_BYTES
            return {
                "f_bsize": BLOCK_BYTES,
                "f_frsize": BLOCK_BYTES,
                "f_blocks": blocks,
                "f_bfree": free,
                "f_bavail": free,
                "f_namemax": NAME_BYTES,
            }

    def _node(self, path: str, handle: int | None) -> Node:
        if handle is not None and handle in self._handles:
            return self._handles[handle]
        return self.tree.find(path)

    def _file(self, handle: int) -> File:
        file = self._handles[handle]
        assert isinstance(file, File)
        return file

    def _open(self, node: Node) -> int:
        handle = next(self._numbers)
        self._handles[handle] = node
        return handle

    def _owned(self, node: Node) -> Any:
        """A new node belongs to whoever makes it."""
        node.uid, node.gid, _ = mfusepy.fuse_get_context()
        return node

    def _check_room(self, file: File, length: int) -> None:
        """See that a file may become so long."""
        growth = length - file.size
        if growth > 0 and (
            (self.full and length > _whole_blocks(file.size))
            or self.tree.used_bytes() + growth > CAPACITY_BYTES
        ):
            raise OSError(errno.ENOSPC, "the forgetful file system is full")


def _whole_blocks(size: int) -> int:
    """The bytes of the blocks that a file of a size takes."""
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES


def serve(mountpoint: str) -> None:
    """Mount and serve until it is unmounted."""
    system = FileSystem(Tree(), lambda: _say("mounted"))
    # It ends by its input or by SIGKILL; what else a group is sent is for the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_obey, args=(system, mountpoint), daemon=True).start()
    # Nothing of names and attributes is cached by the kernel, for a loss changes them under it.
    options: dict[str, Any] = {"attr_timeout": 0, "entry_timeout": 0, "negative_timeout": 0}
    if UNLINKS_AT_ONCE:
        options |= {"hard_remove": True, "big_writes": True}  # libfuse 3 has only big ones
    mfusepy.FUSE(
        system,
        mountpoint,
        foreground=True,
        nothreads=True,
        allow_other=True,
        default_permissions=True,
        use_ino=True,
        fsname="boxproof",
        subtype="forgetful",
        **options,
    )


def _obey(system: FileSystem, mountpoint: str) -> None:
    for line in sys.stdin:
        with system.guard:
            match line.strip():
                case "lose":
                    loss = system.tree.lose_power()
                    _say(f"lost {loss.entries} {loss.size_bytes}")
                case "look":
                    _say(f"written {system.written_bytes}")
                case "fill":
                    system.full = True
                    _say("full")
                case "free":
                    system.full = False
                    _say("freed")
    unmount(Path(mountpoint))
    # A container that outlived the run may hold the mount: it is served no longer.
    os._exit(0)


def _say(line: str) -> None:
    print(line, flush=True)
