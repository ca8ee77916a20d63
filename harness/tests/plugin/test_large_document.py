"""A service of a thousand operations keeps the budget, and its report says what that reached."""

import pytest
from plugin.conftest import Boxproof


@pytest.mark.long
def test_a_thousand_operations_keep_the_budget(boxproof_command: Boxproof) -> None:
    """They leave time for the clauses after them; what is kept says how much of it was tried."""
    config = boxproof_command.config
    text = config.read_text().replace("apps.good", "apps.schema.gateway")
    text = text.replace("PYTHONPATH", 'SECONDS_OF_THINGS = "0.1", PYTHONPATH')
    config.write_text(f"{text}\n[schema]\n")
    chosen = ("--budget", "80", "-k", "documented-status or readable or list-in-order")
    code, out, err = boxproof_command.run("run", "--target", "process", *chosen)
    assert code == 0, out + err
    report = boxproof_command.report()
    clauses = {each["id"]: each for each in report["clauses"]}
    assert {each["verdict"] for each in clauses.values()} == {"kept"}, out
    reached = report["run"]["operations_reached"]
    assert 0 < reached < report["run"]["operations"] == 1005
    told = f"{reached} of 1005 operations were reached"
    assert clauses["schema.documented-status"]["summary"] == told
    assert f"{reached} of 1005 operations of the OpenAPI document were reached" in out
