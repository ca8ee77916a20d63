"""The journal on disk."""

import threading
from pathlib import Path

from boxproof.journal import Entry, Journal, read


def test_what_is_written_is_read_in_order(tmp_path: Path) -> None:
    """Entries keep their order, their kind and their data, on one clock that never goes back."""
    journal = Journal(tmp_path / "deep" / "journal.jsonl")
    journal.write("note", text="first")
    journal.write("note", text="second", status=200)
    entries = list(read(journal.path))
    assert [each.data for each in entries] == [
        {"text": "first"},
        {"text": "second", "status": 200},
    ]
    assert 0 <= entries[0].t <= entries[1].t


def test_an_entry_is_on_disk_at_once(tmp_path: Path) -> None:
    """A run that is killed leaves everything that happened until then, but for a torn last line."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.write("note", text="kept")
    with journal.path.open("a") as file:
        file.write('{"t": 1, "kind": "no')
    assert [each.data["text"] for each in read(journal.path)] == ["kept"]


def test_whatever_a_service_answers_can_be_written(tmp_path: Path) -> None:
    """A lone surrogate, NUL and right-to-left text come back as they were."""
    text = "\ud800 \0 שלום"
    journal = Journal(tmp_path / "journal.jsonl")
    journal.write("request", body=text)
    assert next(read(journal.path)).data["body"] == text


def test_threads_do_not_tear_lines(tmp_path: Path) -> None:
    """Eight writers at once leave whole lines only, each heard once."""
    heard: list[Entry] = []
    journal = Journal(tmp_path / "journal.jsonl")
    journal.listen(heard.append)

    def work(writer: int) -> None:
        for number in range(200):
            journal.write("note", writer=writer, number=number, padding="x" * 500)

    threads = [threading.Thread(target=work, args=(each,)) for each in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(list(read(journal.path))) == 1600
    assert len(heard) == 1600


def test_a_late_writer_does_no_harm(tmp_path: Path) -> None:
    """A reader thread may outlive the run by a moment."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.close()
    journal.write("log", line="too late")
    assert list(read(journal.path)) == []
