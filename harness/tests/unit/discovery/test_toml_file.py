"""What was found stands in a file that can be loaded, and takes no other's place."""

from pathlib import Path

import pytest

from boxproof.config import load
from boxproof.config.operations import List, Read, Records, ValidRequest
from boxproof.config.options import Config, Health, Schema, Service, Welcome
from boxproof.core.errors import ConfigError
from boxproof.discovery import toml_file
from boxproof.discovery.draft import Draft


def draft(file: Path) -> Draft:
    """All that can be found out."""
    config = Config(
        file.resolve().parent,
        Service(name="api", port=80, data_mount="/data"),
        ValidRequest(
            path="/say",
            body={"messages": [{"role": "user", "content": 'Say "é"\n'}], "top": 0.5, "ok": True},
            text="/messages/0/content",
            status=201,
            heavy={"steps": 9},
        ),
        file=file,
        health=Health(path="/ready", status=204),
        schema=Schema(),
        welcome=Welcome(),
        records={
            "two words": Records(
                text="/text",
                varying=("/seen",),
                create=ValidRequest(path="/notes", body={"text": "a"}, text="/text"),
                read=Read("/notes/{id}"),
                list=List(path="/notes", items="/items", order="newest", link=True),
            )
        },
        declined={"generation.empty-refused": "an empty text is a text"},
    )
    return Draft(config, {"service.port": "guessed: by luck", "work.path": "tried: returned 201"})


def test_the_file_says_what_was_found(tmp_path: Path) -> None:
    """Loaded again it is the same, and its notes stand behind the settings."""
    file = tmp_path / "boxproof.toml"
    toml_file.write(draft(file), file)
    assert load(file) == draft(file).config
    lines = file.read_text(encoding="utf-8").splitlines()
    assert "port = 80 # guessed: by luck" in lines
    assert "[schema]" in lines
    assert [each.name for each in tmp_path.iterdir()] == ["boxproof.toml"]


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    """Also one that came while the service was looked at."""
    file = tmp_path / "boxproof.toml"
    file.write_text("mine")
    there = "is there already; --config FILE names another"
    with pytest.raises(ConfigError, match=there):
        toml_file.check_new(file)
    with pytest.raises(ConfigError, match=there):
        toml_file.write(draft(file), file)
    assert file.read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["boxproof.toml"]
