"""What a team accepts by name: waived, declined, told only; on broken toys as local processes."""

import json
from xml.etree import ElementTree

import pytest
from plugin.conftest import TOY, Boxproof

BOTH = "wrong-method or empty-refused or health-answers"
RUN = ("run", "--target", "process", "--require-complete", "-k", BOTH)
#: Breaks one promise, and one more.
NO_ALLOW = "apps.smoke.no_allow"
BREAKS_MORE = '''
from apps.generation.accepts_empty import AcceptsEmpty
from apps.prefork import Master
from apps.smoke.no_allow import NoAllow


class Worse(NoAllow, AcceptsEmpty):
    """Breaks what both break."""


if __name__ == "__main__":
    Master(Worse).run()
'''


def test_the_first_day_red_then_accepted_and_every_new_break_red(
    boxproof_command: Boxproof,
) -> None:
    """Run, waive, write the reason, green in CI; what breaks later is red, and a mend is told."""
    waivers = boxproof_command.folder / "boxproof.waivers.toml"
    serve(boxproof_command, NO_ALLOW)
    assert boxproof_command.run(*RUN)[0] == 1

    code, out, err = boxproof_command.run("waive", "--until", "2999-12-31")
    assert (code, err) == (0, "")
    assert out == "boxproof.waivers.toml: 1 added, until 2999-12-31; write a reason for each\n"
    written = waivers.read_text()
    assert '[[waivers]]\n# the 405 has no Allow header\nclause = "smoke.wrong-method"' in written

    code, out, err = boxproof_command.run(*RUN)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "boxproof.waivers.toml: waivers[0].reason: '' is empty; write why" in err

    waivers.write_text(written.replace('reason = ""', 'reason = "our framework"  # ours'))
    code, out, _ = boxproof_command.run(*RUN, "--strict-waivers")
    assert code == 0, out
    assert verdicts(boxproof_command)["smoke.wrong-method"] == "waived"
    report = boxproof_command.folder / "report"
    skipped = ElementTree.parse(report / "junit.xml").find("testsuite/testcase/skipped")
    assert skipped is not None
    assert "until 2999-12-31" in skipped.get("message", "")
    assert "our framework (the 405 has no Allow header)" in skipped.get("message", "")
    entries = [json.loads(line) for line in (report / "journal.jsonl").read_text().splitlines()]
    assert [each["waived"]["reason"] for each in entries if each["kind"] == "waiver"] == [
        "our framework"
    ]

    (boxproof_command.folder / "worse.py").write_text(BREAKS_MORE)
    serve(boxproof_command, "worse", instead_of=NO_ALLOW)
    assert boxproof_command.run(*RUN)[0] == 1
    assert verdicts(boxproof_command) == {
        "smoke.health-answers": "kept",
        "smoke.wrong-method": "waived",
        "generation.empty-refused": "broken",
    }
    before = waivers.read_text()
    assert boxproof_command.run("waive")[0] == 0
    assert waivers.read_text().startswith(before)
    assert waivers.read_text().count("[[waivers]]") == 2
    waivers.write_text(before)

    serve(boxproof_command, "apps.good", instead_of="worse")
    code, out, _ = boxproof_command.run(*RUN)
    assert code == 0
    head = "head Wrong response to undeclared method: 405, no Allow header"
    assert f"smoke.wrong-method ({head}) is kept now; remove its waiver" in out
    assert boxproof_command.run(*RUN, "--strict-waivers")[0] == 1


def test_a_declined_promise_is_named_and_not_judged(boxproof_command: Boxproof) -> None:
    """No red, and no partial run either; its reason stands beside it, and a waiver is too much."""
    serve(boxproof_command, "apps.generation.accepts_empty")
    add(
        boxproof_command,
        """
[declined]
"generation.empty-refused" = "an empty note is a note"
"hygiene.not-root" = "the process target cannot look, and need not"

[[waivers]]
clause = "generation.empty-refused"
reason = "from the day before"
until = 2999-12-31
""",
    )
    code, out, _ = boxproof_command.run(*RUN[:-1], f"{BOTH} or not-root")
    assert code == 0, out
    assert "declined: an empty note is a note" in out
    assert "generation.empty-refused is declined, so that it is not judged" in out
    said = {each["id"]: each for each in boxproof_command.report()["clauses"]}
    for clause in ("generation.empty-refused", "hygiene.not-root"):
        assert (said[clause]["verdict"], said[clause]["cause"]) == ("not judged", "declined")


def test_a_declined_clause_that_is_not_there_starts_nothing(boxproof_command: Boxproof) -> None:
    """One line, and the id that was perhaps meant."""
    add(boxproof_command, '[declined]\n"generation.empty-refusd" = "an empty note is a note"\n')
    code, out, err = boxproof_command.run(*RUN)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "did you mean 'generation.empty-refused'?" in err


def test_a_plain_pytest_run_skips_what_is_waived(pytester: pytest.Pytester) -> None:
    """A team's own CI is as green as boxproof run, and as red for all the rest."""
    waiver = 'clause = "smoke.wrong-method"\nreason = "our framework"\nuntil = 2999-12-31\n'
    toml = TOY.replace("apps.good", "apps.smoke.no_allow") + f"[[waivers]]\n{waiver}"
    (pytester.path / "boxproof.toml").write_text(toml)
    plain = ("--boxproof-target", "process", "-p", "no:cacheprovider", "-rs")
    suite = ("-k", "wrong-method or health-answers", "--pyargs", "boxproof.pytest_plugin.suite")
    result = pytester.runpytest_subprocess(*plain, *suite)
    result.assert_outcomes(passed=1, skipped=1, deselected=result.parseoutcomes()["deselected"])
    result.stdout.fnmatch_lines(["*waived until 2999-12-31*our framework*"])


def serve(boxproof: Boxproof, toy: str, instead_of: str = "apps.good") -> None:
    """Judge another toy, with its module in the folder of boxproof.toml or among the tests."""
    text = boxproof.config.read_text().replace(f'"{instead_of}"', f'"{toy}"')
    if str(boxproof.folder) not in text:
        text = text.replace('PYTHONPATH = "', f'PYTHONPATH = "{boxproof.folder}:')
    boxproof.config.write_text(text)


def add(boxproof: Boxproof, text: str) -> None:
    """Add tables to boxproof.toml."""
    boxproof.config.write_text(boxproof.config.read_text() + text)


def verdicts(boxproof: Boxproof) -> dict[str, str]:
    """What the last run said of each clause."""
    return {each["id"]: each["verdict"] for each in boxproof.report()["clauses"]}
