"""Ids that clauses once had."""

import pytest

from boxproof.clauses import registry
from boxproof.clauses.retired import check
from boxproof.cli import main
from boxproof.core.errors import ConfigError, ExitCode
from boxproof.core.retired_ids import RETIRED


def test_every_retired_id_leads_to_a_clause_that_there_is() -> None:
    """Nobody is sent from one old name to another."""
    assert set(RETIRED.values()) <= {each.id for each in registry.every()}
    assert not set(RETIRED) & {each.id for each in registry.every()}


@pytest.mark.parametrize("expression", ["startup.not-root", "smoke and not (startup.not-root)"])
def test_a_retired_id_is_told_its_new_name(expression: str) -> None:
    """Rather than that no clause was selected."""
    with pytest.raises(ConfigError, match=r"'startup\.not-root' .* now: 'hygiene\.not-root'"):
        check(expression)


def test_other_words_pass() -> None:
    """A part of an id, or an id of today."""
    check("not-root or hygiene.not-root")


def test_the_command_refuses_it_before_anything_is_started(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In one line, as any wrong argument."""
    assert main(["run", "-k", "startup.grace-fits"]) == ExitCode.USAGE
    assert capsys.readouterr().err == (
        "boxproof: clause 'startup.grace-fits' has another id now: 'lifecycle.grace-period-kept'\n"
    )
