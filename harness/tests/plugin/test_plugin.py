"""The plugin in a team's own pytest run."""

import pytest
from plugin.conftest import TOY

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
    result = team.runpytest_subprocess(*ARGUMENTS, "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*needs a container*"])
