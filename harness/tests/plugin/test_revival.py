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
