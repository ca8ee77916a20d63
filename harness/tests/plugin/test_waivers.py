"""What a team accepts by name: waived, declined, told only; on a broken toy as a local process."""

from plugin.conftest import Boxproof

RUN = ("run", "--target", "process", "-k", "wrong-method or empty-refused or health-answers")


def test_a_declined_promise_is_named_and_not_judged(boxproof_command: Boxproof) -> None:
    """No red, and no partial run either; its reason stands beside it."""
    serve(boxproof_command, "apps.generation.accepts_empty")
    assert boxproof_command.run(*RUN)[0] == 1
    add(boxproof_command, '[declined]\n"generation.empty-refused" = "an empty note is a note"\n')
    code, out, _ = boxproof_command.run(*RUN, "--require-complete")
    assert code == 0, out
    assert "declined: an empty note is a note" in out
    said = {each["id"]: each for each in boxproof_command.report()["clauses"]}
    assert said["generation.empty-refused"]["verdict"] == "not judged"
    assert said["generation.empty-refused"]["cause"] == "declined"


def test_a_declined_clause_that_is_not_there_starts_nothing(boxproof_command: Boxproof) -> None:
    """One line, and the id that was perhaps meant."""
    add(boxproof_command, '[declined]\n"generation.empty-refusd" = "an empty note is a note"\n')
    code, out, err = boxproof_command.run(*RUN)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "did you mean 'generation.empty-refused'?" in err


def serve(boxproof: Boxproof, toy: str) -> None:
    """Judge another toy than the good one."""
    boxproof.config.write_text(boxproof.config.read_text().replace("apps.good", toy))


def add(boxproof: Boxproof, text: str) -> None:
    """Add tables to boxproof.toml."""
    boxproof.config.write_text(boxproof.config.read_text() + text)
