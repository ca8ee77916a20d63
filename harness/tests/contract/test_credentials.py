"""Services with keys: judged with one, caught where somebody else gets in, and no key is told."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest
from apps.judging import PROMISED, Judged, judge, process_of

KEY, OTHER = "k3y-of-mine+/=%", "k3y-of-theirs"
CREDENTIAL = """
[credential]
scheme = "bearer"
variable = "TOY_KEY"
another = { variable = "TOY_OTHER_KEY" }
"""
IN_QUERY = CREDENTIAL.replace('"bearer"', '"query"\nname = "api_key"')
EVERY = {
    "credentials.missing-refused",
    "credentials.wrong-refused",
    "credentials.challenge",
    "credentials.records-private",
    "credentials.not-in-logs",
}
CAUGHT = {
    "open_to_all": {"credentials.missing-refused", "credentials.wrong-refused"},
    "takes_any_key": {"credentials.wrong-refused"},
    "stores_what_it_refuses": {"credentials.missing-refused", "credentials.wrong-refused"},
    "no_challenge": {"credentials.challenge"},
    "shows_others_records": {"credentials.records-private"},
    "logs_keys": {"credentials.not-in-logs"},
    "logs_queries": {"credentials.not-in-logs"},
}
QUERY_TOYS = ("query_keyed", "logs_queries")


CHANGES = """
[records.sayings.update]
path = "/records/{id}"
body = { prompt = "Twice upon a time" }
text = "/prompt"

[records.sayings.delete]
path = "/records/{id}"
"""


def judged(toy: str, folder: Path, *arguments: str, more: str = "", **environment: str) -> Judged:
    """A toy with keys, as a local process."""
    config = folder / "boxproof.toml"
    promised = PROMISED.partition("[upgrade]")[0]
    limits = PROMISED[PROMISED.index("[limits]") :]
    credential = (IN_QUERY if toy in QUERY_TOYS else CREDENTIAL) + more
    config.write_text(promised + limits + credential + process_of(f"apps.credentials.{toy}"))
    given = ("--target", "process", *arguments)
    keys = {"TOY_KEY": KEY, "TOY_OTHER_KEY": OTHER, "KEYS": f"{KEY},{OTHER}"}
    return judge(config, folder / "report", *given, **keys, **environment)


@pytest.mark.parametrize(
    ("toy", "also"),
    [("keyed", "smoke or readable or stored-once or finishes"), ("query_keyed", "unknown-path")],
)
def test_a_service_with_keys_is_judged_whole_and_no_key_is_told(
    toy: str, also: str, tmp_path: Path
) -> None:
    """Every request carries the key, fuzzing included; whatever is left names its variable."""
    said = judged(toy, tmp_path, "-k", f"schema or credentials or {also}")
    assert said.said("kept") >= EVERY, said.output
    assert not said.said("broken"), said.output
    assert not said.said("unknown"), said.output
    secrets = (KEY, OTHER, base64.b64encode(KEY.encode()).decode(), quote(KEY, safe=""))
    for path in (tmp_path / "report").rglob("*"):
        if path.is_file():
            text = path.read_text(errors="replace")
            assert not [each for each in secrets if each in text], path
    assert not [each for each in secrets if each in said.output]


@pytest.mark.parametrize("toy", CAUGHT)
def test_a_service_that_lets_others_in_is_caught(toy: str, tmp_path: Path) -> None:
    """By the clause that names its fault, and no key is told."""
    said = judged(toy, tmp_path, "--family", "credentials")
    assert said.said("broken") == CAUGHT[toy], said.output
    untried = {"credentials.challenge"} if toy == "open_to_all" else set()
    assert said.said("kept") == EVERY - CAUGHT[toy] - untried, said.output
    assert KEY not in said.output
    assert OTHER not in said.output


def test_who_is_not_let_in_gets_the_promised_headers_as_well(tmp_path: Path) -> None:
    """A refusal at the door is an answer as any other."""
    said = judged("bare_refusals", tmp_path, "-k", "request-id-sent or headers-sent")
    assert said.said("broken") == {"hygiene.request-id-sent"}, said.output
    assert said.said("kept") == {"hygiene.headers-sent"}, said.output
    assert KEY not in said.output


@pytest.mark.parametrize(("open", "verdict"), [("", "kept"), ("1", "broken")])
def test_whoever_may_change_records_without_a_key_is_caught(
    open: str, verdict: str, tmp_path: Path
) -> None:
    """An update and a delete ask for it as a read does."""
    clauses = {"credentials.missing-refused", "credentials.wrong-refused"}
    chosen = ("-k", " or ".join(clauses))
    said = judged("keyed_changes", tmp_path, *chosen, more=CHANGES, OPEN=open)
    assert said.said(verdict) == clauses, said.output
    for each in clauses if open else ():
        assert said.clauses[each]["summary"].startswith("PUT /records/"), said.output


def test_a_proof_names_the_variables_of_both_users(tmp_path: Path) -> None:
    """So that its lines work as printed where they are set."""
    said = judged("shows_others_records", tmp_path, "-k", "records-private")
    assert '"Authorization: Bearer $TOY_KEY"' in said.output
    assert '"Authorization: Bearer $TOY_OTHER_KEY"' in said.output
