"""The plugin in a team's own pytest run."""

import json

import pytest
from plugin.conftest import TOY

from boxproof.core.errors import ExitCode
from boxproof.journal import read
from boxproof.journal.entries import RunEnded

OWN_TEST = """
def test_ours(boxproof):
    made = boxproof.records.create("a text of our own")
    assert boxproof.records.read(made.id).json() == made.record
"""


@pytest.fixture
def team(pytester: pytest.Pytester) -> pytest.Pytester:
    """A team's folder with a boxproof.toml of the good toy service."""
    (pytester.path / "boxproof.toml").write_text(TOY)
    return pytester


ARGUMENTS = ("--boxproof-target", "process", "-p", "no:cacheprovider")


def test_a_teams_own_test_gets_the_booted_service(team: pytest.Pytester) -> None:
    """One fixture is all that it asks for."""
    team.makepyfile(OWN_TEST)
    team.runpytest_subprocess(*ARGUMENTS).assert_outcomes(passed=1)


def test_the_shipped_clauses_run_beside_a_teams_own(team: pytest.Pytester) -> None:
    """Both in one pytest run, on the same deployment."""
    team.makepyfile(OWN_TEST)
    result = team.runpytest_subprocess(
        *ARGUMENTS,
        "-v",
        "-m",
        "smoke or not schema",
        "-k",
        "ours or health",
        "--pyargs",
        "boxproof.pytest_plugin.suite",
        ".",
    )
    result.assert_outcomes(passed=2, deselected=result.parseoutcomes()["deselected"])
    result.stdout.fnmatch_lines(["*smoke*health-answers*PASSED*"])


def test_the_suites_fixtures_are_not_seen_by_a_teams_own_tests(team: pytest.Pytester) -> None:
    """Their names are the team's to use, and so are their mistakes."""
    team.makepyfile("def test_ours(journal): pass")
    result = team.runpytest_subprocess(
        *ARGUMENTS, "-k", "health-answers or ours", "--pyargs", "boxproof.pytest_plugin.suite", "."
    )
    result.assert_outcomes(passed=1, errors=1, deselected=result.parseoutcomes()["deselected"])
    result.stdout.fnmatch_lines(["*fixture 'journal' not found*"])


def test_the_plugin_is_inert_where_nobody_asks_for_it(pytester: pytest.Pytester) -> None:
    """A project without a boxproof.toml runs its tests as ever."""
    pytester.makepyfile("def test_nothing(): pass")
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
    assert not (pytester.path / "report").exists()


def test_a_missing_configuration_is_one_line(pytester: pytest.Pytester) -> None:
    """The fixture says which file it wants."""
    pytester.makepyfile(OWN_TEST)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret == 2
    result.stdout.fnmatch_lines(["*boxproof.toml: no such file*"])


def test_docker_fixtures_say_that_a_process_has_none(team: pytest.Pytester) -> None:
    """A test that needs a container is skipped with the reason, not failed."""
    team.makepyfile("def test_port(docker_services): pass")
    result = team.runpytest_subprocess(*ARGUMENTS, "-rs", "--boxproof-docker-fixtures")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*needs a container*"])


def test_pytest_dockers_own_fixtures_stay_where_nobody_asks(team: pytest.Pytester) -> None:
    """A team that uses pytest-docker already gets its own compose file, not boxproof's."""
    team.makepyfile(
        """
        def test_own(request):
            for name in ("docker_services", "docker_ip", "docker_compose_file"):
                found = request._fixturemanager.getfixturedefs(name, request.node)
                assert found[-1].func.__module__.startswith("pytest_docker"), name
        """
    )
    team.runpytest_subprocess(*ARGUMENTS).assert_outcomes(passed=1)
    team.makeini("[pytest]\nboxproof_docker_fixtures = true")
    team.runpytest_subprocess(*ARGUMENTS).assert_outcomes(failed=1)


def test_a_plain_pytest_run_ends_with_the_reports_of_boxproof_run(team: pytest.Pytester) -> None:
    """Journal, report.json and junit.xml; the exit status stays pytest's own."""
    team.makepyfile("def test_ours(boxproof):\n    assert False")
    result = team.runpytest_subprocess(
        *ARGUMENTS, "-k", "ours or health", "--pyargs", "boxproof.pytest_plugin.suite", "."
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    report = json.loads((team.path / "report" / "report.json").read_text())
    assert [each["verdict"] for each in report["clauses"]] == ["kept"]
    assert (report["run"]["exit_code"], report["run"]["interrupted"]) == (0, False)
    assert (team.path / "report" / "junit.xml").exists()
    *_, last = read(team.path / "report" / "journal.jsonl")
    assert last.entry == RunEnded(interrupted=False)


def test_a_file_of_an_older_contract_is_one_line_where_clauses_are_collected(
    team: pytest.Pytester,
) -> None:
    """As where a team's own test asks for the service."""
    file = team.path / "boxproof.toml"
    file.write_text(TOY.replace("contract = 1", ""))
    result = team.runpytest_subprocess(*ARGUMENTS, "--pyargs", "boxproof.pytest_plugin.suite")
    assert result.ret == ExitCode.USAGE
    result.stdout.fnmatch_lines(["*contract: missing; add 'contract = 1'*"])
    assert "ConfigError" not in result.stdout.str()


def test_a_target_that_there_is_not_is_refused(team: pytest.Pytester) -> None:
    """Anything but process would be taken for compose."""
    result = team.runpytest_subprocess("--boxproof-target", "proces")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--boxproof-target: invalid choice: 'proces'*"])
