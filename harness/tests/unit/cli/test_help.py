"""The help texts: what a person sees who knows nothing yet."""

import argparse
from pathlib import Path

import pytest

from boxproof.cli import entry, main
from boxproof.core.errors import ExitCode

#: Of a small terminal window.
SCREEN_LINES, SCREEN_COLUMNS = 32, 80


def helps() -> dict[str, argparse.ArgumentParser]:
    """The parser of the command and those of all commands, by how they are called."""
    parser = entry.parser()
    found: dict[str, argparse.ArgumentParser] = {parser.prog: parser}
    for action in parser._subparsers._group_actions if parser._subparsers else ():
        found |= {each.prog: each for each in dict(action.choices or {}).values()}
    return found


@pytest.mark.parametrize("name", helps())
def test_a_help_text_fits_a_screen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody scrolls to find an option."""
    monkeypatch.setenv("COLUMNS", str(SCREEN_COLUMNS))
    lines = helps()[name].format_help().splitlines()
    assert len(lines) <= SCREEN_LINES
    assert max(map(len, lines)) <= SCREEN_COLUMNS


@pytest.mark.parametrize("name", helps())
def test_every_option_with_a_value_says_its_default(name: str) -> None:
    """What is not given has a value all the same, or is everything."""
    for action in helps()[name]._actions:
        if action.help == argparse.SUPPRESS:
            continue
        if action.option_strings and action.nargs != 0 and action.dest != "expression":
            assert "default" in (action.help or "") or "repeatable" in (action.help or "")


def test_run_says_what_auto_does(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the default, so it must be known."""
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    said = capsys.readouterr().out
    assert "of which auto takes the first that there is:\n  url " in said
    assert said.index("  url ") < said.index("  compose ") < said.index("  process ")


def test_a_wrong_argument_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It says which values there are, and where to read on."""
    with pytest.raises(SystemExit) as raised:
        main(["run", "--cycles", "0"])
    assert raised.value.code == ExitCode.USAGE
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "'0' is not a whole number from 1 up; see 'boxproof run --help'" in said


@pytest.mark.parametrize("command", [["run", "--familly", "smoke"], ["run", "--familly=smoke"]])
def test_an_option_that_nobody_knows_is_compared_with_those_of_its_command(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """And the help that is named is the one that lists them."""
    with pytest.raises(SystemExit) as raised:
        main(command)
    assert raised.value.code == ExitCode.USAGE
    said = capsys.readouterr().err
    assert said.startswith("boxproof run: unrecognized arguments: --familly")
    assert "did you mean '--family'?; see 'boxproof run --help'" in said


def test_the_file_may_be_named_before_and_behind_the_command() -> None:
    """Whoever writes an option last is right as well."""
    parser = entry.parser()
    for words in (["--config", "a.toml", "list"], ["list", "--config", "a.toml"]):
        assert parser.parse_args(words).config == Path("a.toml")
    assert parser.parse_args(["list"]).config == Path("boxproof.toml")


def test_every_command_is_a_module_of_its_own() -> None:
    """Its name says which."""
    commands = {name.removeprefix("boxproof ") for name in helps() if " " in name}
    assert {each.__name__ for each in entry.COMMANDS} == {
        f"boxproof.cli.{name}_command" for name in commands
    }
