"""What the forgetful file system holds: each file, folder and link as it is and as it survives."""

import os
import time
from dataclasses import dataclass, field
from itertools import count

_numbers = count(1)


@dataclass(eq=False, slots=True)
class Node:
    """A file, folder or link: its attributes, and the entries by which it is reached.

    ``places`` are the entries that lead to it now, ``kept_places`` those that would survive.
    """

    mode: int
    uid: int = 0
    gid: int = 0
    number: int = field(default_factory=lambda: next(_numbers))
    accessed_ns: int = field(default_factory=time.time_ns)
    modified_ns: int = field(default_factory=time.time_ns)
    places: set[tuple["Folder", str]] = field(default_factory=set)
    kept_places: set[tuple["Folder", str]] = field(default_factory=set)

    @property
    def size(self) -> int:
        """In bytes."""
        return 0


@dataclass(eq=False, slots=True)
class Link(Node):
    """A symbolic link; its target survives with its entry."""

    target: str = ""

    @property
    def size(self) -> int:
        """The length of the target."""
        return len(os.fsencode(self.target))


@dataclass(eq=False, slots=True)
class File(Node):
    """A regular file: what it holds, what would survive, and where the two may differ."""

    data: bytearray = field(default_factory=bytearray)
    kept: bytearray = field(default_factory=bytearray)
    _changed: list[tuple[int, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.data)

    def write(self, data: bytes, offset: int) -> None:
        """Put bytes at an offset; a gap before them is filled with zeros."""
        before, end = self.size, offset + len(data)
        self.data.extend(bytes(max(0, offset - before)))
        self.data[offset:end] = data
        self._change(min(before, offset), end)

    def resize(self, length: int) -> None:
        """Cut off what is beyond ``length``, or fill up to it with zeros."""
        before = self.size
        if length < before:
            del self.data[length:]
        else:
            self.data.extend(bytes(length - before))
        if length != before:
            self._change(min(before, length), max(before, length))

    def sync(self) -> None:
        """What it holds survives from now on."""
        size = self.size
        del self.kept[size:]
        self.kept.extend(bytes(size - len(self.kept)))
        for begin, end in self._changed:
            self.kept[begin:end] = self.data[begin : min(end, size)]
        del self.kept[size:]
        self._changed.clear()

    def forget(self) -> int:
        """Go back to what survives; how many bytes had been written since."""
        lost = sum(end - begin for begin, end in self._changed)
        self.data[:] = self.kept
        self._changed.clear()
        return lost

    def _change(self, begin: int, end: int) -> None:
        if self._changed and self._changed[-1][1] == begin:
            begin = self._changed.pop()[0]
        self._changed.append((begin, end))


@dataclass(eq=False, slots=True)
class Folder(Node):
    """A folder: its entries, and those that would survive."""

    entries: dict[str, Node] = field(default_factory=dict)
    kept: dict[str, Node] = field(default_factory=dict)
