"""A service that hangs for good is told of the clause that it began with, and of no other."""

from plugin.conftest import Boxproof


def test_a_service_that_answers_nothing_is_started_again(boxproof_command: Boxproof) -> None:
    """It runs on, so that nobody sees it end; the clauses after that are judged all the same."""
    config = boxproof_command.config
    text = config.read_text().replace("apps.good", "apps.smoke.hangs_on_unknown_path")
    config.write_text(text.replace("stop_seconds", "request_seconds = 1\nstop_seconds"))
    chosen = "unknown-path or wrong-method or health-answers"
    code, out, err = boxproof_command.run("run", "--target", "process", "-k", chosen)
    said = {each["id"]: each["verdict"] for each in boxproof_command.report()["clauses"]}
    assert said == {
        "smoke.health-answers": "kept",
        "smoke.unknown-path": "broken",
        "smoke.wrong-method": "kept",
    }, out + err
    assert "the service answered nothing after smoke.unknown-path; it was started again" in out
    assert code == 1


def test_a_service_that_is_broken_for_good_is_told_once(boxproof_command: Boxproof) -> None:
    """What rests on its work is not judged because of that, not tried one by one."""
    config = boxproof_command.config
    text = config.read_text().replace("apps.good", "apps.smoke.wears_out")
    config.write_text(
        text.replace("PYTHONPATH", 'SECONDS_OF_404 = "0", MOST_404 = "1", PYTHONPATH')
    )
    chosen = "unknown-path or wrong-method or readable or stored-once or survives-restart"
    code, out, err = boxproof_command.run("run", "--target", "process", "-k", chosen)
    clauses = boxproof_command.report()["clauses"]
    assert {each["id"]: each["verdict"] for each in clauses} == {
        "smoke.unknown-path": "kept",
        "smoke.wrong-method": "broken",
        "records.readable": "not judged",
        "records.stored-once": "not judged",
        "persistence.survives-restart": "not judged",
    }, out + err
    reason = "POST /say returned 503 again and again since smoke.wrong-method"
    after = [each for each in clauses if each["verdict"] == "not judged"]
    assert {each["summary"] for each in after} == {reason}
    assert {each["cause"] for each in after} == {"rests on a broken clause"}
    assert code == 1
