"""Log lines reach the journal while the server runs."""

import threading
from pathlib import Path

from boxproof.journal import Journal, Recorded
from boxproof.journal.entries import Logged
from boxproof.targets.abilities import Line
from boxproof.targets.process.log_follower import LogFollower


def test_a_line_is_written_while_the_server_runs(tmp_path: Path) -> None:
    """With the time of reading; what an earlier server wrote is not told again."""
    log = tmp_path / "log"
    log.write_text("of an earlier one\n")
    heard: list[Recorded] = []
    came = threading.Event()
    kept: list[Line] = []
    journal = Journal(tmp_path / "journal.jsonl")

    def hear(recorded: Recorded) -> None:
        heard.append(recorded)
        came.set()

    journal.listen(hear)
    follower = LogFollower("default", log, log.stat().st_size, journal, kept)
    follower.start()
    with log.open("a") as file:
        file.write("first\nsec")
    assert came.wait(20)
    with log.open("a") as file:
        file.write("ond\nlast")
    follower.drain()
    logged = [each.entry for each in heard if isinstance(each.entry, Logged)]
    times = [each.at for each in logged if each.at is not None]
    assert len(times) == len(logged)
    assert 0 < times[0] <= times[1] <= times[2] <= heard[-1].t
    lines = [each.line for each in logged]
    assert lines == ["first", "second", "last"] == [each.text for each in kept]
