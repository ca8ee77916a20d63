"""``boxproof list``: what a file brings in, and what it leaves out."""

from .conftest import Boxproof

WELCOME = "smoke.root-answers"


def test_what_the_file_leaves_out_is_told_with_its_key(boxproof_command: Boxproof) -> None:
    """Each family says how much of it is judged."""
    lines = listed(boxproof_command)
    assert f"{WELCOME}  (left out: [welcome])" in lines
    assert "smoke: 4 of 6 clauses" in lines
    text = boxproof_command.config.read_text()
    boxproof_command.config.write_text(f'{text}\n[welcome]\npath = "/"\n')
    lines = listed(boxproof_command)
    assert WELCOME in lines
    assert "smoke: 5 of 6 clauses" in lines


def test_what_is_declined_is_told_with_its_reason(boxproof_command: Boxproof) -> None:
    """As it stands in the file, brackets and all."""
    text = boxproof_command.config.read_text()
    boxproof_command.config.write_text(f'{text}\n[declined]\n"{WELCOME}" = "no page [yet]"\n')
    assert f"{WELCOME}  (left out: declined, no page [yet])" in listed(boxproof_command)


def test_without_a_file_everything_is_listed(boxproof_command: Boxproof) -> None:
    """And that a file decides it is said at the end."""
    boxproof_command.config.unlink()
    lines = listed(boxproof_command)
    assert "smoke" in lines
    assert WELCOME in lines
    assert lines[-1] == "no boxproof.toml here; it would say which of these the service promises"


def test_what_takes_long_is_marked(boxproof_command: Boxproof) -> None:
    """With what the target must be able to do."""
    text = boxproof_command.config.read_text()
    boxproof_command.config.write_text(f"{text}\n[resources]\nleaked_bytes = 4096\n")
    lines = listed(boxproof_command)
    (line,) = [each for each in lines if each.startswith("resources.memory-flat")]
    assert line.endswith("inspect the server's processes; takes long: only with --full)"), line


def test_a_file_that_cannot_be_used_is_one_line(boxproof_command: Boxproof) -> None:
    """As for every other command."""
    boxproof_command.config.write_text("contract = ")
    code, out, err = boxproof_command.run("list")
    assert (code, out, err.count("\n")) == (2, "", 1)


def listed(boxproof_command: Boxproof) -> list[str]:
    """The lines that are not indented."""
    code, out, err = boxproof_command.run("list")
    assert (code, err) == (0, "")
    return [line for line in out.splitlines() if not line.startswith(" ")]
