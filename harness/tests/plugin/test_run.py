"""``boxproof run`` from the outside: exit codes, reports, and what it leaves behind."""

import re
import signal
from pathlib import Path
from xml.etree import ElementTree

import pytest
import requests
from plugin.conftest import Boxproof

from boxproof import journal
from boxproof.core.verdicts import Cause
from boxproof.journal.entries import BecameReady, BootOrdered

SMOKE = ("run", "--target", "process", "--family", "smoke")


def test_a_good_service_is_kept_and_the_reports_say_so(boxproof_command: Boxproof) -> None:
    """Exit code 0, a line a clause, and the same verdicts in both reports."""
    code, out, err = boxproof_command.run(*SMOKE, "--seed", "7")
    assert (code, err) == (0, "")
    assert "smoke.health-answers" in out
    report = boxproof_command.report()
    assert report["run"]["seed"] == 7
    assert report["run"]["exit_code"] == 0
    assert report["run"]["boot_seconds"] > 0
    assert {each["verdict"] for each in report["clauses"]} == {"kept"}
    cases = ElementTree.parse(boxproof_command.folder / "report" / "junit.xml").iter("testcase")
    assert [each.get("name") for each in cases] == [each["id"] for each in report["clauses"]]


def test_a_selection_judges_no_more_than_it_says(boxproof_command: Boxproof) -> None:
    """-k takes part of an id."""
    code, _, _ = boxproof_command.run(*SMOKE, "-k", "health")
    assert code == 0
    assert [each["id"] for each in boxproof_command.report()["clauses"]] == ["smoke.health-answers"]


@pytest.mark.parametrize(
    ("words", "booted"),
    [("bad-setting", ["refused_setting"]), ("bad-setting or health", ["", "refused_setting"])],
)
def test_a_selection_boots_no_more_than_it_needs(
    boxproof_command: Boxproof, words: str, booted: list[str]
) -> None:
    """Not the shared deployment either, where every clause judges boots of its own."""
    config = boxproof_command.config
    server = '[server]\nmaster = "x"\nbad_setting = { WORKERS = "many" }\n'
    config.write_text(config.read_text() + server)
    code, out, _ = boxproof_command.run("run", "--target", "process", "-k", words, "--keep")
    assert code == 0, out
    entries = journal.read(boxproof_command.folder / "report" / "journal.jsonl")
    boots = [each.scenario for each in entries if isinstance(each.entry, BootOrdered)]
    assert sorted(boots) == booted


def test_what_the_budget_leaves_is_not_judged(boxproof_command: Boxproof) -> None:
    """With its cause; a run that judged nothing is not a pass."""
    text = boxproof_command.config.read_text()
    boxproof_command.config.write_text(text.replace("[limits]", "[limits]\nrun_seconds = 0.001"))
    code, out, _ = boxproof_command.run(*SMOKE)
    assert code == 4, out
    clauses = boxproof_command.report()["clauses"]
    assert {(each["verdict"], each["cause"]) for each in clauses} == {("not judged", Cause.BUDGET)}
    assert {each["summary"] for each in clauses} == {"the run's 0.001 seconds are spent"}
    code, out, _ = boxproof_command.run(*SMOKE, "-k", "health", "--budget", "600")
    assert code == 0, out


def test_what_the_last_run_broke_is_judged_again(boxproof_command: Boxproof) -> None:
    """And nothing else, by the same seed, until it is mended."""
    mended = boxproof_command.config.read_text()
    broken = mended.replace("apps.good", "apps.smoke.no_allow")
    boxproof_command.config.write_text(broken)
    code, out, _ = boxproof_command.run(*SMOKE, "--seed", "7")
    assert code == 1
    assert out.endswith("again:  boxproof run --failed\n")
    boxproof_command.config.write_text(mended)
    failed = ("run", "--target", "process", "--failed")
    assert boxproof_command.run(*failed)[0] == 0
    report = boxproof_command.report()
    assert [each["id"] for each in report["clauses"]] == ["smoke.wrong-method"]
    assert report["run"]["seed"] == 7
    code, _, err = boxproof_command.run(*failed)
    assert code == 2
    assert "the run in report found nothing broken; run without it" in err


def test_a_selection_of_nothing_is_wrong_usage(boxproof_command: Boxproof) -> None:
    """A run that judged nothing must not look like a pass."""
    code, _, err = boxproof_command.run(*SMOKE, "-k", "no-such-clause")
    assert code == 2
    assert err.count("\n") == 1
    assert "-k 'no-such-clause': no clause was selected; 'boxproof list'" in err


def test_a_run_that_does_not_begin_leaves_the_last_report_whole(
    boxproof_command: Boxproof,
) -> None:
    """And a report folder never mixes two runs; from the journal alone come the same reports."""
    assert boxproof_command.run(*SMOKE, "-k", "health")[0] == 0
    report = boxproof_command.folder / "report"
    before = contents(report)
    code, _, err = boxproof_command.run(*SMOKE, "-k", "healht")
    assert code == 2
    assert "-k 'healht': no clause was selected; did you mean 'health'?" in err
    assert contents(report) == before
    for name in ("report.json", "junit.xml"):
        (report / name).unlink()
    code, out, _ = boxproof_command.run("report")
    assert code == 0
    assert "smoke.health-answers" in out
    assert contents(report) == before


def test_the_reports_of_a_killed_run_come_from_its_journal(boxproof_command: Boxproof) -> None:
    """SIGKILL leaves a journal that can be read, and nothing of the run before."""
    assert boxproof_command.run(*SMOKE, "-k", "health")[0] == 0
    process = boxproof_command.start("run", "--target", "process")
    assert process.stdout is not None
    for line in process.stdout:
        if "smoke." in line:
            break
    process.kill()
    process.communicate(timeout=60)
    assert not (boxproof_command.folder / "report" / "report.json").exists()
    code, out, _ = boxproof_command.run("report")
    assert code == 130
    assert "smoke." in out
    assert boxproof_command.report()["run"]["interrupted"] is True
    boxproof_command.run("clean")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {each.name: each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_a_partial_run_is_an_error_only_where_that_is_asked(boxproof_command: Boxproof) -> None:
    """A laptop without an engine gets a verdict; CI gets exit code 4."""
    arguments = ("run", "--target", "process", "-k", "not-root or readable")
    config = boxproof_command.config
    config.write_text(config.read_text() + "[server]\nmaster = 'x'\nworkers_variable = 'WORKERS'\n")
    code, out, _ = boxproof_command.run(*arguments)
    assert code == 0
    assert "PARTIAL" in out
    assert boxproof_command.run(*arguments, "--require-complete")[0] == 4


def test_a_file_that_is_not_there_is_wrong_usage(boxproof_command: Boxproof) -> None:
    """A mistyped name is said before anything is begun, and never of the service."""
    config = boxproof_command.config
    config.write_text(
        config.read_text() + '[upgrade]\nfile = "x"\nold = "no.db"\nold_ids = ["1"]\n'
    )
    code, _, err = boxproof_command.run(*SMOKE)
    assert code == 2
    assert err.count("\n") == 1
    assert "[upgrade] old: 'no.db': no such file" in err
    assert not (boxproof_command.folder / "report").exists()


def test_an_error_tells_no_credential(
    boxproof_command: Boxproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is about: its line names the variable."""
    monkeypatch.setenv("TOY_KEY", "k3y-of-mine")
    config = boxproof_command.config
    text = re.sub(r"command = .*", 'command = ["k3y-of-mine"]', config.read_text())
    config.write_text(f'{text}\n[credential]\nvariable = "TOY_KEY"\n')
    code, out, err = boxproof_command.run(*SMOKE)
    assert (code, err.count("\n")) == (2, 1)
    assert "process.command: '$TOY_KEY' cannot be run" in err
    assert "k3y-of-mine" not in out + err


def test_a_failed_boot_shows_the_log_and_ends_with_3(boxproof_command: Boxproof) -> None:
    """The service's own words stand in the terminal and in junit.xml."""
    config = boxproof_command.config
    config.write_text(config.read_text().replace("DATA =", 'MODEL = "/nowhere/at/all", DATA ='))
    code, out, _ = boxproof_command.run(*SMOKE)
    assert code == 3
    assert "/nowhere/at/all" in out
    junit = (boxproof_command.folder / "report" / "junit.xml").read_text()
    assert "/nowhere/at/all" in junit


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--familly", "smoke"), "--familly"),
        (("run", "--family", "smok"), "smok"),
        (("run", "--seed", "-1"), "-1"),
        (("--config", "nowhere.toml", "run"), "nowhere.toml: no such file"),
        (("run", "--report", "boxproof.toml/report"), "boxproof.toml/report"),
        ((), "COMMAND"),
    ],
)
def test_wrong_usage_is_one_line_and_starts_nothing(
    boxproof_command: Boxproof, arguments: tuple[str, ...], said: str
) -> None:
    """Exit code 2, nothing on standard output, no report folder."""
    code, out, err = boxproof_command.run(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err
    assert not (boxproof_command.folder / "report").exists()


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_told_to_stop_leaves_nothing(
    boxproof_command: Boxproof, number: signal.Signals
) -> None:
    """Exit code 130, the reports are written, the server is gone."""
    process = boxproof_command.start("run", "--target", "process")
    assert process.stdout is not None
    for line in process.stdout:
        if "smoke." in line:
            break
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130, out
    assert boxproof_command.report()["run"]["interrupted"] is True
    entries = journal.read(boxproof_command.folder / "report" / "journal.jsonl")
    addresses = [each.entry.url for each in entries if isinstance(each.entry, BecameReady)]
    assert addresses
    for address in addresses:
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=5)
