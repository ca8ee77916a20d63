"""When an engine did what, on its own clock."""

from datetime import UTC, datetime

from boxproof.targets.abilities import Line
from boxproof.targets.compose import engine_times
from boxproof.targets.compose.container import Container

from .conftest import FakeDocker

STARTED = "2026-01-02T10:00:01.500000000Z"
ORDERED = datetime(2026, 1, 2, 10, 0, 1, tzinfo=UTC).timestamp()


def said(state: str = "", **commands: str) -> str:
    """A fake docker that knows one container, and what it says to other commands."""
    inspected = f'[{{"State": {{"StartedAt": "{STARTED}"{state}}}}}]'
    cases = "".join(f"{name}) {script};; " for name, script in commands.items())
    return f"case $1 in inspect) echo '{inspected}';; {cases}esac"


def test_a_start_is_counted_from_its_order(fake_docker: FakeDocker) -> None:
    """Engines write nanoseconds; one whose clock runs behind began at once."""
    fake_docker(said())
    assert engine_times.began_seconds(Container("c"), ORDERED) == 0.5
    assert engine_times.began_seconds(Container("c"), ORDERED + 60) == 0.0


def test_lines_of_both_streams_come_in_the_order_of_time(fake_docker: FakeDocker) -> None:
    """Only those since the latest start are asked for."""
    log = "echo 2026-01-02T10:00:03.000000001Z later; echo 2026-01-02T10:00:02.250000000Z two words"
    calls = fake_docker(said(logs=log))
    assert engine_times.lines(Container("c"), ORDERED) == (
        Line(1.25, "two words"),
        Line(2.0, "later"),
    )
    assert f"--since {STARTED}" in calls.read_text()


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
