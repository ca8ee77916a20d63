"""What survives a loss of power, by the rules of the tree alone."""

import stat
from typing import Any

import pytest

from boxproof.targets.lossy_disk.durable_tree import Loss, Tree
from boxproof.targets.lossy_disk.nodes import File, Folder


@pytest.fixture
def tree() -> Tree:
    return Tree()


def make(tree: Tree, path: str, data: bytes = b"") -> File:
    """A new file that holds ``data``."""
    file = File(stat.S_IFREG | 0o644)
    tree.add(path, file)
    file.write(data, 0)
    return file


def folder(tree: Tree, path: str) -> Folder:
    """A new folder."""
    made = Folder(stat.S_IFDIR | 0o755)
    tree.add(path, made)
    return made


def left(tree: Tree) -> dict[str, Any]:
    """Names in the root, with what the files among them hold."""
    return {
        name: bytes(each.data) if isinstance(each, File) else None
        for name, each in tree.root.entries.items()
    }


def test_what_was_never_synced_is_gone(tree: Tree) -> None:
    """File and entry, and both are counted."""
    make(tree, "/a", b"words")
    assert tree.lose_power() == Loss(entries=1, size_bytes=5)
    assert left(tree) == {}


def test_a_synced_file_survives_with_its_name(tree: Tree) -> None:
    """As on ext4, XFS and Btrfs, though POSIX asks for an fsync of the folder too."""
    tree.sync(make(tree, "/a", b"words"))
    assert tree.lose_power() == Loss()
    assert left(tree) == {"a": b"words"}


def test_what_was_written_after_the_last_sync_is_gone(tree: Tree) -> None:
    """The file goes back to what it held then, its size too."""
    file = make(tree, "/a", b"words")
    tree.sync(file)
    file.write(b"W", 0)
    file.write(b" and more", 5)
    tree.lose_power()
    assert left(tree) == {"a": b"words"}


@pytest.mark.parametrize("length", [0, 2, 9])
def test_a_new_size_survives_only_when_synced(tree: Tree, length: int) -> None:
    """Cut off or filled up with zeros."""
    file = make(tree, "/a", b"words")
    tree.sync(file)
    file.resize(length)
    tree.lose_power()
    assert left(tree) == {"a": b"words"}
    file.resize(length)
    tree.sync(file)
    tree.lose_power()
    assert left(tree) == {"a": b"words"[:length].ljust(length, b"\0")}


def test_a_file_that_was_cut_off_and_written_again_survives_as_it_is(tree: Tree) -> None:
    """What lies between is zeros, in what survives as well."""
    file = make(tree, "/a", b"abcdefghij")
    tree.sync(file)
    file.resize(2)
    file.write(b"z", 6)
    tree.sync(file)
    tree.lose_power()
    assert left(tree) == {"a": b"ab\0\0\0\0z"}


def test_a_synced_folder_keeps_entries_and_not_data(tree: Tree) -> None:
    """The file is there and empty, as delayed allocation leaves it."""
    make(tree, "/a", b"words")
    tree.sync(tree.root)
    tree.lose_power()
    assert left(tree) == {"a": b""}


def test_a_removed_file_comes_back_until_its_folder_is_synced(tree: Tree) -> None:
    """With what it held when it was last synced."""
    tree.sync(make(tree, "/a", b"words"))
    tree.remove("/a")
    tree.lose_power()
    assert left(tree) == {"a": b"words"}
    tree.remove("/a")
    tree.sync(tree.root)
    tree.lose_power()
    assert left(tree) == {}


def test_a_rename_over_a_file_is_lost_until_the_folder_is_synced(tree: Tree) -> None:
    """The old file is there again, and the new one under its old name: neither is torn."""
    tree.sync(make(tree, "/a", b"old"))
    tree.sync(make(tree, "/a.new", b"new"))
    tree.rename("/a.new", "/a")
    tree.lose_power()
    assert left(tree) == {"a": b"old", "a.new": b"new"}
    tree.rename("/a.new", "/a")
    tree.sync(tree.root)
    tree.lose_power()
    assert left(tree) == {"a": b"new"}


def test_a_file_that_is_synced_after_its_rename_survives_under_the_new_name_alone(
    tree: Tree,
) -> None:
    """A rename is one step, also from folder to folder; what it replaced is gone."""
    file = make(tree, "/a.new", b"new")
    tree.sync(file)
    below = folder(tree, "/below")
    tree.sync(make(tree, "/below/a", b"old"))
    tree.rename("/a.new", "/below/a")
    tree.sync(file)
    tree.lose_power()
    assert [*tree.root.entries] == ["below"]
    assert below.entries == {"a": file}


def test_a_synced_file_in_new_folders_survives_with_them(tree: Tree) -> None:
    """Else it could not be reached."""
    folder(tree, "/one")
    folder(tree, "/one/two")
    make(tree, "/one/lost", b"words")
    tree.sync(make(tree, "/one/two/kept", b"words"))
    tree.lose_power()
    assert [*tree.folder("/one").entries] == ["two"]
    assert [*tree.folder("/one/two").entries] == ["kept"]


def test_an_unlinked_file_that_is_synced_stays_unlinked(tree: Tree) -> None:
    """Its names are synced with it, and it has none."""
    file = make(tree, "/a", b"words")
    tree.sync(file)
    tree.remove("/a")
    tree.sync(file)
    tree.lose_power()
    assert left(tree) == {}


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda tree: tree.find("/none"), FileNotFoundError),
        (lambda tree: tree.find("/a/b"), NotADirectoryError),
        (lambda tree: tree.file("/below"), IsADirectoryError),
        (lambda tree: tree.add("/a", File(stat.S_IFREG)), FileExistsError),
        (lambda tree: tree.remove("/below"), OSError),
        (lambda tree: tree.rename("/a", "/none/a"), FileNotFoundError),
    ],
)
def test_what_a_kernel_refuses_is_refused(tree: Tree, act: Any, error: type[OSError]) -> None:
    """With the system call's own error."""
    make(tree, "/a")
    folder(tree, "/below")
    make(tree, "/below/b")
    with pytest.raises(error):
        act(tree)
