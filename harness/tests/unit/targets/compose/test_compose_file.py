"""A test compose file may hold secrets: others never read it."""

import os
from pathlib import Path

import pytest

from boxproof.targets.compose import compose_file


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    """Whatever the umask, a new file has mode 0600 and nothing lies beside it."""
    before = os.umask(0)
    try:
        path = compose_file.write(tmp_path / "run.yml", "services: {}\n")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == "services: {}\n"
    assert list(tmp_path.iterdir()) == [path]


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    """Who has an older file open, which others could read, never sees the new text through it."""
    path = tmp_path / "docker-compose-test.yml"
    path.write_text("old")
    path.chmod(0o644)
    with path.open() as reader:
        compose_file.write(path, "secret")
        assert reader.read() == "old"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == "secret"


def test_a_failed_write_leaves_the_older_file(tmp_path: Path) -> None:
    """Text that cannot be encoded changes nothing and leaves nothing."""
    path = tmp_path / "run.yml"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        compose_file.write(path, "\ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
