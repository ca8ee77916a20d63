"""What is said of a database that cannot be looked at."""

from pathlib import Path

from gpt2_service.store.sqlite.health import failure
from gpt2_service.store.sqlite.session import open_engine


def test_a_look_that_waits_for_another_ends(tmp_path: Path) -> None:
    """As where the file is held, and every look at it waits."""
    path = tmp_path / "history.db"
    path.touch()
    engine = open_engine(path, wait_seconds=0.01)
    with engine.connect():
        assert failure(path, engine) == "the history does not answer"
    engine.dispose()
