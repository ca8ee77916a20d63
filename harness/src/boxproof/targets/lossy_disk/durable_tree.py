"""The files of the forgetful file system: each with what it holds, and what would survive.

What survives, and why:

- ``write`` and ``truncate`` change what a file holds and nothing that would survive; nothing is
  ever written back by itself. That is the worst that fsync(2) allows and what a loss shortly after
  the write finds; a real kernel writes back within some 30 s.
- ``fsync`` or ``fdatasync`` of a file makes its data and size survive, and the names by which it is
  now reached: a new file's entry, its latest rename, and folders above it that are new. POSIX does
  not ask for the names; ext4, XFS and Btrfs all log them with the file, so that a service which
  relies on it does not lose anything on any of them.
- Any other new, changed or removed entry survives only once its folder was fsynced. (ext4 and XFS
  have one journal, in which an fsync of another file carries these along; Btrfs does not.) SQLite
  fsyncs the folder of a journal or WAL that it made, and of one that it removed
  (https://www.sqlite.org/atomiccommit.html, https://www.sqlite.org/pragma.html#pragma_synchronous).
- A file whose entry survives and whose data was never fsynced is empty, as delayed allocation
  leaves it. Data is lost or kept file by file since its last fsync; no write is torn.
- Owner, mode and times are not what is judged here, and survive at once.
"""

import errno
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass

from boxproof.targets.lossy_disk.nodes import File, Folder, Node


@dataclass(frozen=True, slots=True)
class Loss:
    """What was forgotten: entries that were made or taken away, and bytes that were written."""

    entries: int = 0
    size_bytes: int = 0


class Tree:
    """All files, below ``root``. Paths are absolute, as FUSE gives them.

    Every method raises OSError with the error number that its system call would.
    """

    def __init__(self, root_mode: int = 0o1777) -> None:
        self.root = Folder(stat.S_IFDIR | root_mode)

    def find(self, path: str) -> Node:
        """What a path names; the kernel has resolved symbolic links."""
        node: Node = self.root
        for name in path.split("/"):
            if name:
                if not isinstance(node, Folder):
                    raise OSError(errno.ENOTDIR, path)
                if name not in node.entries:
                    raise OSError(errno.ENOENT, path)
                node = node.entries[name]
        return node

    def folder(self, path: str) -> Folder:
        """The folder that a path names."""
        node = self.find(path)
        if not isinstance(node, Folder):
            raise OSError(errno.ENOTDIR, path)
        return node

    def file(self, path: str) -> File:
        """The regular file that a path names."""
        node = self.find(path)
        if not isinstance(node, File):
            raise OSError(errno.EISDIR, path)
        return node

    def add(self, path: str, node: Node) -> None:
        """Give a node an entry (another one, where it has one)."""
        folder, name = self._place(path)
        if name in folder.entries:
            raise OSError(errno.EEXIST, path)
        _enter(folder, name, node)

    def remove(self, path: str) -> None:
        """Take an entry away."""
        folder, name = self._place(path)
        node = self.find(path)
        if isinstance(node, Folder) and node.entries:
            raise OSError(errno.ENOTEMPTY, path)
        _leave(folder, name)

    def rename(self, old: str, new: str) -> None:
        """Move an entry, over what stands at its new place."""
        node = self.find(old)
        folder, name = self._place(new)
        replaced = folder.entries.get(name)
        if replaced is node:
            return
        if isinstance(replaced, Folder) and replaced.entries:
            raise OSError(errno.ENOTEMPTY, new)
        if replaced is not None:
            _leave(folder, name)
        _leave(*self._place(old))
        _enter(folder, name, node)

    def sync(self, node: Node) -> None:
        """fsync: a file's data and names, or a folder's entries, survive from now on."""
        if isinstance(node, File):
            node.sync()
        if isinstance(node, Folder):
            for name in [*node.kept]:
                if node.entries.get(name) is not node.kept[name]:
                    node.kept.pop(name).kept_places.discard((node, name))
            for each in node.entries.values():
                _keep_names(each)
        _keep_names(node)

    def lose_power(self) -> Loss:
        """Forget whatever would not survive."""
        entries = size_bytes = 0
        every = {id(each): each for each in (*_below(self.root), *_kept_below(self.root))}
        for node in every.values():
            node.places = set(node.kept_places)
            if isinstance(node, File):
                size_bytes += node.forget()
            elif isinstance(node, Folder):
                now, kept = node.entries, node.kept
                entries += sum(now.get(each) is not kept.get(each) for each in {*now, *kept})
                node.entries = dict(kept)
        return Loss(entries, size_bytes)

    def used_bytes(self) -> int:
        """What all files together hold."""
        return sum(each.size for each in _below(self.root))

    def _place(self, path: str) -> tuple[Folder, str]:
        above, _, name = path.rpartition("/")
        return self.folder(above), name


def _enter(folder: Folder, name: str, node: Node) -> None:
    folder.entries[name] = node
    node.places.add((folder, name))
    folder.modified_ns = time.time_ns()


def _leave(folder: Folder, name: str) -> None:
    folder.entries.pop(name).places.discard((folder, name))
    folder.modified_ns = time.time_ns()


def _keep_names(node: Node) -> None:
    """The entries that lead to a node survive, those that led to it do not; and folders above."""
    for folder, name in node.kept_places - node.places:
        folder.kept.pop(name, None)
    for folder, name in node.places - node.kept_places:
        replaced = folder.kept.get(name)
        if replaced is not None:
            replaced.kept_places.discard((folder, name))
        folder.kept[name] = node
    node.kept_places = set(node.places)
    for folder, _ in node.places:
        _keep_names(folder)


def _below(folder: Folder) -> Iterator[Node]:
    yield folder
    for each in folder.entries.values():
        yield from _below(each) if isinstance(each, Folder) else (each,)


def _kept_below(folder: Folder) -> Iterator[Node]:
    yield folder
    for each in folder.kept.values():
        yield from _kept_below(each) if isinstance(each, Folder) else (each,)
