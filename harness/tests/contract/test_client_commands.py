"""A team's own clients are run against the same service, and count as a clause."""

from pathlib import Path

import pytest
from apps.judging import PROMISED, Judged, judge, process_of

CLAUSE = "clients.succeed"
ASKS = 'curl -sS --fail "$BASE_URL/health"'


def judged(folder: Path, *arguments: str, clients: str = "", limit: str = "") -> Judged:
    """What the family says of clients, of the file and of the command line."""
    config = folder / "boxproof.toml"
    promised = PROMISED.partition("[upgrade]")[0]
    config.write_text(f"{promised}{limit}{process_of('apps.good')}{clients}")
    given = ("--target", "process", "--family", "clients", *arguments)
    return judge(config, folder / "report", *given)


def test_clients_of_the_file_and_of_the_command_line_are_told_where_it_is(tmp_path: Path) -> None:
    """They run in the folder of the file."""
    clients = f"\n[clients]\nhealth = '''{ASKS} && touch came'''\n"
    said = judged(tmp_path, "--with", f"{ASKS} && touch with", clients=clients)
    assert said.said("kept") == {CLAUSE}, said.output
    assert (tmp_path / "came").exists()
    assert (tmp_path / "with").exists()


def test_a_client_that_fails_is_shown_by_its_last_words(tmp_path: Path) -> None:
    """Another one beside it is run all the same."""
    said = judged(tmp_path, "--with", "echo three of five failed; exit 5", "--with", "touch ran")
    assert said.exit_code == 1
    broken = said.clauses[CLAUSE]
    assert broken["summary"] == "echo three of five failed; exit 5 ended with exit code 5"
    assert "three of five failed" in broken["evidence"]
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize("left", ["", " & wait"])
def test_a_client_that_does_not_end_is_ended(left: str, tmp_path: Path) -> None:
    """With what it started."""
    said = judged(tmp_path, "--with", f"sleep 600{left}", limit="\n[limits]\nclient_seconds = 2\n")
    assert said.clauses[CLAUSE]["summary"].endswith("had not ended after 2 s"), said.output


def test_no_client_is_no_clause(tmp_path: Path) -> None:
    """The family is left out."""
    with pytest.raises(AssertionError, match="no clause was selected"):
        judged(tmp_path)
