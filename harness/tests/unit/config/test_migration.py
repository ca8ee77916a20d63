"""boxproof migrate: an older file becomes one of the newest contract, comments and all."""

import tomllib
from pathlib import Path

import pytest

from boxproof.cli import main
from boxproof.config import load
from boxproof.config.migration import migrated
from boxproof.core.errors import ConfigError
from boxproof.core.retired_ids import RETIRED

OLD = """\
# What boxproof must know of the service.

[service]
name = "api"   # in docker-compose.yml
port = 8000

# How a note is made.
[operations.create]
path = "/notes"
body = { words = "Once", size = 3 }
text = "words"  # what people write
id = "/note/id"

# How it is read again; see smoke.record-readable.
[operations.read]
path = "/notes/{id}"

[operations.list]
path = "/notes"
before = "before"

[limits]
# The whole start.
budget_seconds = 9
"""
NEW = """\
# What boxproof must know of the service.

contract = 1

[service]
name = "api"   # in docker-compose.yml
port = 8000

# How a note is made.
[work]
path = "/notes"
text = "/words"
body = { words = "Once", size = 3 }

# How it is read again; see records.readable.
[records.notes]
id = "/note/id"
text = "/words"

[records.notes.read]
path = "/notes/{id}"

[records.notes.list]
path = "/notes"
order = "newest"
limit = "limit"
before = "before"

[limits]
# The whole start.
first_work_seconds = 9
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An older boxproof.toml."""
    made = tmp_path / "boxproof.toml"
    made.write_text(OLD)
    return made


def command(file: Path, *arguments: str) -> int:
    """The exit code of the command on a file."""
    return main(["--config", str(file), *arguments])


def test_keys_change_and_comments_stay() -> None:
    """What the file said before, it says under the new keys."""
    assert migrated(OLD).text == NEW


def test_what_is_new_already_stays_byte_for_byte() -> None:
    """Also where a person writes it otherwise than the command would."""
    odd = NEW.replace("port = 8000", "port=8000\n\n\n\n")
    assert migrated(odd).text == odd
    assert migrated(NEW).changes == ()


def test_a_file_rewritten_loads(file: Path) -> None:
    """The new file is a whole configuration."""
    assert command(file, "migrate") == 0
    config = load(file)
    assert config.record is not None
    assert config.record.id == "/note/id"
    assert config.work.text == config.record.text == "/words"
    assert config.limits.first_work_seconds == 9


def test_the_older_file_is_kept_and_never_overwritten(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that is there already may be the only copy of an older file."""
    backup = file.with_name("boxproof.toml.bak")
    assert command(file, "migrate") == 0
    assert backup.read_text() == OLD
    assert command(file, "migrate") == 0
    assert "nothing to change" in capsys.readouterr().out
    file.write_text(OLD.replace("8000", "8001"))
    assert command(file, "migrate") == 2
    assert "is not overwritten; move it away" in capsys.readouterr().err
    assert backup.read_text() == OLD
    assert "8001" in file.read_text()
    assert "[operations.create]" in file.read_text()


def test_check_writes_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what would change, and its exit code says whether anything would."""
    assert command(file, "migrate", "--check") == 1
    assert "[operations.create] is now [work]" in capsys.readouterr().out
    assert file.read_text() == OLD
    assert [each.name for each in file.parent.iterdir()] == ["boxproof.toml"]
    file.write_text(NEW)
    assert command(file, "migrate", "--check") == 0


def test_an_older_file_given_to_a_run_is_one_line(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the command that rewrites it."""
    assert command(file, "run") == 2
    said = capsys.readouterr().err
    assert said == (
        f"boxproof: {file}: [operations] is of an older contract; 'boxproof migrate' rewrites it\n"
    )


def test_a_file_without_reads_has_no_records() -> None:
    """Then there is nothing that its records could be judged by."""
    made = tomllib.loads(migrated(OLD[: OLD.index("# How it is read")]).text)
    assert "records" not in made
    assert made["work"]["path"] == "/notes"


def test_operations_in_any_order_come_together() -> None:
    """A read that stands before the create, with other tables between."""
    first, rest = OLD.split("# How a note is made.\n")
    create, _, after = rest.partition("# How it is read again")
    read = "# How it is read again" + after.partition("[operations.list]")[0]
    limits = "[limits]" + after.partition("[limits]")[2]
    made = tomllib.loads(migrated(f"{first}{read}{limits}\n{create}").text)
    assert made["work"]["text"] == made["records"]["notes"]["text"] == "/words"
    assert made["records"]["notes"]["read"] == {"path": "/notes/{id}"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[operations\n", "is not valid TOML"),
        ("[operations]\ncreate = { path = '/x' }\n", "write \\[operations.create\\] as a table"),
    ],
)
def test_what_cannot_be_rewritten_is_one_line(text: str, said: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ConfigError, match=said) as caught:
        migrated(text)
    assert "\n" not in str(caught.value)


def test_retired_ids_lead_to_ids_that_are_in_use() -> None:
    """A retired id is never used again."""
    assert not RETIRED.keys() & set(RETIRED.values())
