"""A service that keeps no records is judged by everything that speaks of its work."""

from dataclasses import replace
from pathlib import Path

from plugin.conftest import Boxproof

from boxproof.clauses import registry
from boxproof.config import load


def without_records(file: Path) -> None:
    """Take the records out of a boxproof.toml."""
    text = file.read_text()
    start, end = text.index("[records."), text.index("[limits]")
    file.write_text(text[:start] + text[end:])


def test_clauses_of_records_are_no_part_of_its_contract(boxproof_command: Boxproof) -> None:
    """Whatever else the file promises, and also where its data lies on a volume."""
    without_records(boxproof_command.config)
    config = load(boxproof_command.config)
    config = replace(config, service=replace(config.service, data_mount="/data"))
    promised = [each for each in registry.every() if each.promised(config)]
    assert not [each.id for each in promised if each.family in ("records", "persistence")]
    assert {"smoke", "startup", "lifecycle"} <= {each.family for each in promised}


def test_it_is_judged_by_its_work(boxproof_command: Boxproof) -> None:
    """Its answers, and what becomes of requests in flight when it stops."""
    without_records(boxproof_command.config)
    code, out, err = boxproof_command.run(
        "run", "--target", "process", "-k", "first-work or empty-refused or stops-cleanly"
    )
    assert (code, err) == (0, ""), out
    said = {each["id"]: each["verdict"] for each in boxproof_command.report()["clauses"]}
    assert said == dict.fromkeys(said, "kept")
    assert {"smoke.first-work", "lifecycle.stops-cleanly"} <= said.keys()
