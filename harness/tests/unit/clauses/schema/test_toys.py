"""Every schema clause notices the services that break it, and is silent about all others."""

from pathlib import Path

import pytest
from apps.good import Service
from apps.prefork import Settings
from apps.schema.broken import NOTICED_BY
from apps.schema.fuzzed import fuzzer
from apps.schema.serving import served

from boxproof.clauses.registry import every
from boxproof.clauses.schema.verdicts_of_checks import CHECKS
from boxproof.core.breaches import Breach, NotJudged

CLAUSES = [each for each in every() if each.id in CHECKS]


def broken_clauses(service_class: type[Service], folder: Path, seed: int) -> dict[str, Breach]:
    """The clauses that a service breaks."""
    found = {}
    with served(service_class(Settings("127.0.0.1", 0, 1, folder, None)).respond) as server:
        fuzzed = fuzzer(server.url, folder, seed=seed)
        for each in CLAUSES:
            try:
                each.judge(fuzzed)
            except Breach as breach:
                found[each.id] = breach
            except NotJudged:
                assert NOTICED_BY.get(service_class) == "schema.document-usable"
    return found


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 4))]
)
def test_nothing_is_reported_of_the_good_service(tmp_path: Path, seed: int) -> None:
    """Whatever the seed: no alarm, and no clause left unjudged."""
    assert broken_clauses(Service, tmp_path, seed) == {}


@pytest.mark.parametrize("service_class", NOTICED_BY, ids=lambda each: each.__name__)
def test_broken_service_is_noticed_by_its_clause_alone(
    tmp_path: Path, service_class: type[Service]
) -> None:
    """One fault, one broken clause, with evidence."""
    found = broken_clauses(service_class, tmp_path, seed=3)
    assert list(found) == [NOTICED_BY[service_class]]
    (breach,) = found.values()
    assert breach.summary
    if "document" not in NOTICED_BY[service_class].split(".")[1].split("-"):
        assert any(line.startswith("curl ") for line in breach.evidence)


def test_every_clause_has_a_service_that_breaks_it() -> None:
    """No clause of the family is there that was never seen to notice anything."""
    assert set(NOTICED_BY.values()) == {each.id for each in CLAUSES}
