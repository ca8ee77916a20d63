"""What deletes many records at once makes nobody take them for lost, and excuses no loss."""

from dataclasses import replace
from pathlib import Path

import pytest
from apps.prefork import Settings
from apps.schema.deleting import Deleting, Losing, Notes, rooms
from apps.schema.fuzzed import CONFIG, fuzzer
from apps.schema.serving import served, serving

from boxproof.config.operations import Read, Records, ValidRequest
from boxproof.config.options import Schema
from boxproof.probes.fuzzing import CREATED_FOUND, FuzzRun

#: Enough that records are read after all were deleted.
LONGER = replace(CONFIG, schema=Schema(max_examples=40))


def fuzzed(service: Deleting, folder: Path) -> FuzzRun:
    with served(service.respond) as server:
        return fuzzer(server.url, folder, config=LONGER).results()


def settings(folder: Path) -> Settings:
    return Settings("127.0.0.1", 0, 1, folder, None)


@pytest.mark.parametrize("status", [202, 204])
def test_records_that_were_deleted_together_are_not_lost(tmp_path: Path, status: int) -> None:
    """By a DELETE of them all, or a POST; some were read afterwards."""
    service = Deleting(settings(tmp_path))
    service.status = status
    run = fuzzed(service, tmp_path)
    assert (run.document_problem, run.errors) == ("", ())
    assert run.failures == ()


def test_a_loss_is_caught_beside_deletes(tmp_path: Path) -> None:
    """Of a record that nothing was sent about since it was acknowledged."""
    run = fuzzed(Losing(settings(tmp_path)), tmp_path)
    assert CREATED_FOUND in {each.check for each in run.failures}
    assert run.errors == ()


def test_a_list_that_was_emptied_can_still_be_read(tmp_path: Path) -> None:
    """It is no record that was deleted, though an id stands in its path."""
    config = replace(LONGER, records={}, forbidden=None)
    with serving(rooms) as server:
        run = fuzzer(server.url, tmp_path, config=config).results()
    assert (run.document_problem, run.errors) == ("", ())
    assert run.failures == ()


def test_records_that_were_posted_above_them_are_not_lost(tmp_path: Path) -> None:
    """The tool's own check knows no other way to delete than DELETE."""
    notes = Records(create=ValidRequest("/notes", status=201), read=Read("/notes/{id}"))
    config = replace(LONGER, records={"notes": notes}, forbidden=None)
    with serving(Notes().answer) as server:
        run = fuzzer(server.url, tmp_path, config=config).results()
    assert (run.document_problem, run.errors) == ("", ())
    assert run.failures == ()
