"""A copied database, opened."""

import sqlite3
from contextlib import closing
from pathlib import Path

from boxproof.scenarios.database_backup import opened


def test_a_sound_copy_gives_every_text(tmp_path: Path) -> None:
    """Whatever the names of its tables and columns."""
    file = tmp_path / "copy"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute('CREATE TABLE "an ""odd"" name" (number, words)')
        database.execute('INSERT INTO "an ""odd"" name" VALUES (1, ?)', ["kept"])
    copied = opened(file, (), 1)
    assert (copied.integrity, copied.texts) == ("ok", frozenset({"kept"}))


def test_a_torn_copy_is_said_to_be_so(tmp_path: Path) -> None:
    """A page of another time among the others."""
    file = tmp_path / "copy"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE records (text)")
        database.executemany("INSERT INTO records VALUES (?)", [["x" * 500]] * 100)
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + bytes(4096) + whole[12288:])
    assert opened(file, (), 1).integrity != "ok"


def test_what_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    """Evidence, and no error of the clause's own."""
    file = tmp_path / "copy"
    file.write_bytes(b"no database at all" * 100)
    assert "not a database" in opened(file, (), 1).integrity
