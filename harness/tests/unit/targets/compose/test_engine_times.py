"""When an engine did what, on its own clock."""

from datetime import UTC, datetime

from boxproof.journal import Journal
from boxproof.targets.compose import engine_times
from boxproof.targets.compose.container import Container

from .conftest import FakeDocker

STARTED = "2026-01-02T10:00:01.500000000Z"
BEGAN = datetime(2026, 1, 2, 10, 0, 1, tzinfo=UTC).timestamp()


def said(state: str = "", **commands: str) -> str:
    """A fake docker that knows one container, and what it says to other commands."""
    inspected = f'[{{"State": {{"StartedAt": "{STARTED}"{state}}}}}]'
    cases = "".join(f"{name}) {script};; " for name, script in commands.items())
    return f"case $1 in inspect) echo '{inspected}';; {cases}esac"


def test_lines_of_both_streams_come_in_the_order_of_time(fake_docker: FakeDocker) -> None:
    """On the journal's clock; engines write nanoseconds, and words of their own without a time."""
    log = (
        "echo 2026-01-02T10:00:03.000000001Z later; echo 2026-01-02T10:00:02.250000000Z two words;"
        " echo 'Error grabbing logs'"
    )
    fake_docker(said(logs=log))
    journal = Journal()
    logged = engine_times.logged(Container("c"), "toy-1", journal)
    assert [each.line for each in logged] == ["later", "two words", "Error grabbing logs"]
    began = journal.at(BEGAN)
    timed = engine_times.timed(logged)
    assert [each.text for each in timed] == ["two words", "later"]
    assert [round(each.at - began, 3) for each in timed] == [1.25, 2.0]


def test_a_line_has_its_time_whatever_text_it_holds(fake_docker: FakeDocker) -> None:
    """A separator of lines that is not a line feed belongs to it."""
    fake_docker(said(logs="echo '2026-01-02T10:00:03Z two\u2028lines'"))
    logged = engine_times.logged(Container("c"), "toy-1", Journal())
    assert [each.text for each in engine_times.timed(logged)] == ["two\u2028lines"]


def test_a_health_that_changed_is_told_whole(fake_docker: FakeDocker) -> None:
    """Unhealthy once is unhealthy, whatever it says now."""
    fake_docker(
        said(
            ', "Health": {"Status": "healthy"}',
            info="echo 2026-01-02T10:00:09Z",
            events="""echo '{"status": "health_status: unhealthy"}'""",
        )
    )
    assert engine_times.health_said(Container("c")) == ("unhealthy", "healthy")


def test_an_image_without_a_health_check_says_nothing(fake_docker: FakeDocker) -> None:
    """Nothing is promised then."""
    fake_docker(said())
    assert engine_times.health_said(Container("c")) == ()
