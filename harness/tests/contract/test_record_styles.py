"""Records and lists of every style are judged: a good service keeps all, a broken one is caught.

The service and the judge stand in one process; what is described comes from a ``boxproof.toml``.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from apps.schema.serving import serving
from apps.styles import Style, Styled

from boxproof.clauses import registry
from boxproof.clauses.shapes import Shapes
from boxproof.config import Config, load
from boxproof.core.breaches import Breach, NotJudged, UnusableAnswer
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.ledger.history import History
from boxproof.ledger.workload import Load, Workload
from boxproof.probes.client import Client
from boxproof.probes.record_store import RecordStore

CREATES = 60
HEAD = """
contract = 1
[service]
name = "styled"
port = 8000
[work]
"""
WORK = 'path = "/say"\nbody = { prompt = "Hello" }\ntext = "/prompt"\n'
READ = '[records.notes.read]\npath = "/records/{id}"\n'
ITEMS = '[records.notes.list]\npath = "/records"\nitems = "/items"\nlimit = "limit"\n'
LIST = f'{ITEMS}order = "newest"\n'
NOTES = '[records.notes]\ntext = "/prompt"\n'
CHANGES = """
[records.notes.update]
path = "/records/{id}"
method = "PATCH"
status = [200, 202]
body = { prompt = "Goodbye" }
text = "/prompt"
[records.notes.delete]
path = "/records/{id}"
"""
ASKED_WITH = (
    'query = { tenant = "a b" }\nheaders = { X-Api-Version = "2" }\ncookies = { session = "s" }\n'
)

#: The records of a service, and the style of the toy that keeps them so.
STYLES: dict[str, tuple[str, dict[str, Any]]] = {
    "location": (
        f'{WORK}status = 201\n{NOTES}id_header = "Location"\n{READ}{LIST}before = "before"\n',
        {"status": 201, "answers": "location"},
    ),
    "put": (
        f'method = "PUT"\n{WORK.replace("/say", "/records/{id}")}status = [201, 204]\n'
        f'{NOTES}{READ}{LIST}before = "before"\n',
        {"method": "PUT", "path": "/records/{id}", "status": 204, "answers": "nothing"},
    ),
    "files": (
        f'method = "PUT"\nid_form = "note-{{number}}.txt"\n'
        f"{WORK.replace('/say', '/records/{id}')}status = 201\n"
        f'{NOTES}varying = ["/prompt"]\n{READ}{ITEMS}shows_text = false\n{CHANGES}',
        {
            "method": "PUT",
            "path": "/records/{id}",
            "status": 201,
            "id_pattern": r"note-\d+\.txt",
            "answers": "textless",
            "lists_texts": False,
        },
    ),
    "envelope": (
        f'{WORK}{NOTES}record = "/data"\n{READ}{LIST}id = "/data/id"\ntext = "/data/prompt"\n'
        'before = "before"\n',
        {"envelope": "data"},
    ),
    "other-key": (f'{WORK}{NOTES}key = "/slug"\n{READ}{LIST}before = "before"\n', {"key": "slug"}),
    "varying": (
        f'{WORK}{NOTES}varying = ["/reads"]\n{READ}{LIST}before = "before"\n',
        {"varies": True},
    ),
    "unique-texts": (
        f'{WORK}text_unique = true\ntext_pattern = "[a-z]{{1,40}}"\n{NOTES}{READ}{LIST}'
        'before = "before"\n',
        {"unique": True, "pattern": "[a-z]{1,40}"},
    ),
    "cursor": (
        f'{WORK}{NOTES}{READ}{LIST}cursor = "cursor"\nnext = "/next"\n',
        {"paging": "cursor"},
    ),
    "next-url": (f'{WORK}{NOTES}{READ}{LIST}next = "/next"\n', {"paging": "next"}),
    "offset": (f'{WORK}{NOTES}{READ}{LIST}offset = "offset"\n', {"paging": "offset"}),
    "page-number": (f'{WORK}{NOTES}{READ}{LIST}page = "page"\n', {"paging": "page"}),
    "link": (f"{WORK}{NOTES}{READ}{LIST}link = true\nstable = true\n", {"paging": "link"}),
    "oldest-first": (
        f'{WORK}{NOTES}{READ}{ITEMS}order = "oldest"\noffset = "offset"\n',
        {"order": "oldest", "paging": "offset"},
    ),
    "oldest-by-cursor": (
        f'{WORK}{NOTES}{READ}{ITEMS}order = "oldest"\ncursor = "cursor"\nnext = "/next"\n',
        {"order": "oldest", "paging": "cursor"},
    ),
    "no-order": (
        f'{WORK}{NOTES}{READ}{ITEMS}order = "none"\nbefore = "before"\n',
        {"order": "none"},
    ),
    "barely-described": (
        f'{WORK}{NOTES}{READ}[records.notes.list]\npath = "/records"\nitems = "/items"\n'
        'before = "before"\n',
        {"order": "oldest"},
    ),
    "changing": (f'{WORK}{NOTES}{READ}{LIST}before = "before"\n{CHANGES}', {}),
    "asked-with": (
        f'{WORK}{NOTES}{READ}method = "POST"\n{ASKED_WITH}'
        f'{LIST}before = "before"\nmethod = "POST"\n{ASKED_WITH}',
        {
            "reads_by": "POST",
            "reads_want": {
                "query": {"tenant": "a b"},
                "headers": {"x-api-version": "2"},
                "cookies": {"session": "s"},
            },
        },
    ),
    "no-list": (f"{WORK}{NOTES}{READ}", {}),
    "no-read": (f'{WORK}{NOTES}{LIST}before = "before"\n', {}),
}


class Judging:
    """Judges what one toy promises of its records."""

    def __init__(self, config: Config, store: RecordStore, journal: Journal) -> None:
        self.config = config
        self.records = store
        self.journal = journal
        self.history: History | None = None

    def under(self, _: str) -> History:
        """A quiet history, made once."""
        if self.history is None:
            load = Load(writers=2, readers=2, changes={})
            workload = Workload(self.records, self.journal, load, 1)
            with workload.running():
                workload.wait_for(CREATES, 30.0)
            self.history = workload.finish()
        return self.history

    def said(self) -> dict[str, str]:
        """The verdict of each clause of the records family that is promised."""
        given = {
            "records": self.records,
            "under": self.under,
            "config": self.config,
            "shapes": Shapes({}),
        }
        made = {}
        for clause in registry.every():
            wanted = inspect.signature(clause.judge).parameters
            if clause.family != "records" or not clause.promised(self.config):
                continue
            if wanted.keys() <= given.keys():
                made[clause.id] = self._verdict(clause, {name: given[name] for name in wanted})
        return made

    @staticmethod
    def _verdict(clause: registry.Clause, given: dict[str, Any]) -> str:
        try:
            clause.judge(**given)
        except NotJudged as reason:
            return f"not judged: {reason}"
        except (Breach, UnusableAnswer) as breach:
            return f"broken: {breach}"
        return "kept"


@contextmanager
def judging(
    name: str, folder: Path, breaks: str = "", mistyped: tuple[str, str] = ("", "")
) -> Iterator[Judging]:
    """A toy of a style, and who judges it by the file that describes it."""
    described, style = STYLES[name]
    (folder / "boxproof.toml").write_text(HEAD + described.replace(*mistyped))
    config = load(folder / "boxproof.toml")
    journal = Journal(folder / "journal.jsonl")
    with serving(Styled(Style(**style, breaks=breaks)).answer) as server:
        client = Client(lambda: Endpoint(server.url), journal)
        yield Judging(config, RecordStore.over(client, config), journal)
    journal.close()


ALWAYS = {"records.newest-first", "records.limit-honoured", "records.nothing-unasked"}
READS = {
    "records.readable",
    "records.stored-once",
    "records.read-your-writes",
    "records.monotonic-reads",
    "records.looking-changes-nothing",
    "records.text-unchanged",
}
WALKS = {"records.list-in-order", "records.pages-complete", "records.pages-of-each-size"}
OWN = {"records.own-answer"}
CHANGED = {
    "records.update-readable",
    "records.update-listed",
    "records.deleted-gone",
    "records.deleted-unlisted",
    "records.delete-repeated",
    "records.change-alone",
}
SURE = (
    ALWAYS
    | CHANGED
    | {
        "records.readable",
        "records.stored-once",
        "records.looking-changes-nothing",
        "records.text-unchanged",
        "records.pages-of-each-size",
    }
)
EVERY = ALWAYS | READS | WALKS | OWN
#: What is not promised in each style, since it is not described.
SILENT: dict[str, set[str]] = {
    "files": {
        "records.newest-first",
        "records.nothing-unasked",
        "records.own-answer",
        "records.update-listed",
        *WALKS,
    },
    "unique-texts": {"records.text-unchanged"},
    "next-url": {"records.pages-complete"},
    "offset": {"records.pages-complete"},
    "page-number": {"records.pages-complete"},
    "oldest-first": {"records.newest-first", "records.pages-of-each-size"},
    "oldest-by-cursor": {"records.newest-first", "records.pages-of-each-size"},
    "no-order": {
        "records.newest-first",
        "records.list-in-order",
        "records.pages-of-each-size",
    },
    "barely-described": {
        "records.newest-first",
        "records.limit-honoured",
        "records.list-in-order",
        "records.pages-of-each-size",
    },
    "no-list": ALWAYS | WALKS,
    "no-read": READS | OWN,
}


@pytest.mark.parametrize("name", STYLES)
def test_a_good_service_of_any_style_keeps_what_it_promises(name: str, tmp_path: Path) -> None:
    """And promises what is described, no more."""
    with judging(name, tmp_path) as judge:
        said = judge.said()
    changed = CHANGED if name in ("changing", "files") else set()
    assert said.keys() == (EVERY | changed) - SILENT.get(name, set())
    assert not {id: verdict for id, verdict in said.items() if verdict.startswith("broken")}
    # What rests on how readers and writers met is not always seen in so short a history.
    assert all(said[id] == "kept" for id in said.keys() & SURE), said


@pytest.mark.parametrize(
    ("name", "breaks", "clause"),
    [
        *((name, "forgets", "records.stored-once") for name in STYLES if name != "no-read"),
        *((name, "alters", "records.readable") for name in ("put", "location", "files")),
        *(
            (name, "alters", "records.stored-once")
            for name in ("put", "location", "varying", "files")
        ),
        *(
            (name, "skips", "records.stored-once")
            for name in ("cursor", "next-url", "offset", "page-number", "link", "oldest-first")
        ),
        ("cursor", "reverses", "records.newest-first"),
        ("oldest-first", "reverses", "records.list-in-order"),
        ("oldest-by-cursor", "skips", "records.pages-complete"),
    ],
)
def test_a_broken_service_of_any_style_is_caught(
    name: str, breaks: str, clause: str, tmp_path: Path
) -> None:
    """By the clause that names its fault."""
    with judging(name, tmp_path, breaks) as judge:
        assert judge.said()[clause].startswith("broken")


@pytest.mark.parametrize("name", ["cursor", "next-url"])
def test_a_mistyped_next_is_told_and_accuses_nobody(name: str, tmp_path: Path) -> None:
    """A list that is known to hold more than its full first page names no next one there."""
    with judging(name, tmp_path, mistyped=("/next", "/nxt")) as judge:
        said = judge.said()
    assert not {id: verdict for id, verdict in said.items() if verdict.startswith("broken")}
    assert "holds nothing at '/nxt': correct next" in said["records.stored-once"]


@pytest.mark.parametrize(
    ("breaks", "clause"),
    [
        ("reads-old", "records.update-readable"),
        ("lists-old", "records.update-listed"),
        ("reads-deleted", "records.deleted-gone"),
        ("lists-deleted", "records.deleted-unlisted"),
        ("fails-on-unknown", "records.delete-repeated"),
        ("updates-all", "records.change-alone"),
        ("deletes-older", "records.change-alone"),
    ],
)
def test_changes_that_go_wrong_are_caught(breaks: str, clause: str, tmp_path: Path) -> None:
    """By the clause that names the fault, and by no other."""
    with judging("changing", tmp_path, breaks) as judge:
        said = judge.said()
    broken = {id: verdict for id, verdict in said.items() if verdict.startswith("broken")}
    assert broken.keys() == {clause}, broken


def test_a_change_that_was_accepted_only_may_come_later(tmp_path: Path) -> None:
    """That a record is there still as it was says nothing yet (RFC 9110, 15.3.3)."""
    with judging("changing", tmp_path, "delays-changes") as judge:
        said = judge.said()
    for clause in CHANGED - {"records.delete-repeated", "records.change-alone"}:
        assert said[clause].startswith("not judged: "), said
        assert said[clause].endswith("but the answer was 202 (accepted)"), said
