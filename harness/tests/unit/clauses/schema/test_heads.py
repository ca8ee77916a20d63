"""What many operations do alike is one thing to mend, and reads as one."""

from dataclasses import replace
from pathlib import Path

from apps.schema.fuzzed import CONFIG, fuzzer
from apps.schema.gateway import Gateway
from apps.schema.serving import served

from boxproof.clauses.schema.verdicts_of_checks import CHECKS, judge
from boxproof.core.breaches import Breach, NotJudged
from boxproof.core.findings import by_head

KINDS = 2


def test_a_framework_s_habits_are_one_head_each(tmp_path: Path) -> None:
    """Six operations, two causes: each names its operations, whose habit it is, one request."""
    breaches = {}
    config = replace(CONFIG, records={}, forbidden=None)
    with served(Gateway(KINDS).respond) as server:
        fuzzed = fuzzer(server.url, tmp_path, config=config)
        for clause in CHECKS:
            try:
                judge(clause, fuzzed)
            except Breach as breach:
                breaches[clause] = breach
            except NotJudged:
                assert clause == "records.available"
    assert {clause: len(by_head(each.findings)) for clause, each in breaches.items()} == {
        "schema.documented-status": 1,
        "schema.methods": 1,
    }
    status, methods = breaches.values()
    assert len(status.findings) == KINDS
    assert status.evidence[0] == (
        "Undocumented status code: 404, application/json {detail} (2 operations): "
        "GET /things0/{thing_id}, GET /things1/{thing_id}"
    )
    assert "responses={404: ...}" in status.evidence[1]
    assert methods.evidence[1].startswith("Starlette's habit")
    for each in breaches.values():
        assert len([line for line in each.evidence if line.startswith("curl ")]) == 1
