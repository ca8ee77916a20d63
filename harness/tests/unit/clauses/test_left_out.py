"""What a boxproof.toml does not describe is told once, with the key that would bring it in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from boxproof.clauses import registry
from boxproof.clauses.left_out import full_left_out, key_left_out, kinds_left_out, left_out
from boxproof.config import load
from boxproof.config.operations import Delete, List, Read, Records, Update, ValidRequest
from boxproof.config.options import Config, Credential, Resources, SecretSource, Service
from boxproof.config.text_generation import Generation

ROOT = Path(__file__).resolve().parents[4]
SAY = ValidRequest("/say", body={"prompt": "Once"}, text="/prompt")


def described(work: ValidRequest = SAY, **records: Any) -> Config:
    """A service with such work and records."""
    kinds = {"notes": Records(**records)} if records else {}
    return Config(root=Path(), service=Service("toy", 1), work=work, records=kinds)


@pytest.mark.parametrize(
    ("id", "config", "key"),
    [
        ("records.readable", described(), "[records.NAME]"),
        ("records.readable", described(text="/text"), "[records.NAME.read]"),
        ("records.readable", described(read=Read("/notes/{id}")), ""),
        (
            "records.stored-once",
            described(ValidRequest("/say"), read=Read("/notes/{id}")),
            "[work] text",
        ),
        ("records.newest-first", described(read=Read("/notes/{id}")), "[records.NAME.list]"),
        (
            "records.newest-first",
            described(list=List("/notes", order="oldest")),
            "[records.NAME.list] order",
        ),
        (
            "records.pages-complete",
            described(text="/text", list=List("/notes")),
            "[records.NAME.list] before",
        ),
        (
            "records.pages-complete",
            described(text="/text", list=List("/notes", offset="offset")),
            "[records.NAME.list] before",
        ),
        (
            "persistence.ids-unique",
            described(replace(SAY, path="/notes/{id}"), read=Read("/notes/{id}")),
            "[work] path",
        ),
        (
            "records.update-readable",
            described(text="/text", read=Read("/notes/{id}")),
            "[records.NAME.update]",
        ),
        (
            "records.update-readable",
            described(text="/text", read=Read("/notes/{id}"), update=Update("/notes/{id}")),
            "[records.NAME.update] text",
        ),
        ("records.deleted-gone", described(read=Read("/notes/{id}")), "[records.NAME.delete]"),
        ("schema.openapi-valid", described(), "[schema]"),
        ("generation.forbidden-refused", described(), "[forbidden]"),
        ("generation.seed-repeats", described(), "[generation]"),
        (
            "generation.seed-repeats",
            replace(described(), generation=Generation(limit="/most")),
            "[generation] seed",
        ),
        ("lifecycle.worker-replaced", described(), "[server]"),
    ],
)
def test_the_key_that_is_wanting_is_named(id: str, config: Config, key: str) -> None:
    """It is the last that the clause asked for."""
    clause = next(each for each in registry.every() if each.id == id)
    assert bool(key) != clause.promised(config)
    assert key_left_out(clause, config) == key


def test_a_second_kind_of_records_is_said_not_to_be_judged_under_faults() -> None:
    """Lest whoever described it relies on that."""
    one = described(text="/text")
    assert kinds_left_out(described()) == ""
    assert kinds_left_out(one) == ""
    two = replace(one, records={**one.records, "users": Records()})
    told = "judged across restarts and new containers, but under other faults not, unlike"
    said = f"kinds of records that are {told} 'notes': users"
    assert kinds_left_out(two) == said


def test_what_takes_long_is_named_where_it_is_promised() -> None:
    """In one line."""
    assert full_left_out(described()) == ""
    flat = replace(described(), resources=Resources(leaked_bytes=4096))
    assert full_left_out(flat) == (
        "clauses that take long; --full judges them: resources.descriptors-flat, "
        "resources.threads-flat, resources.memory-flat"
    )


def test_a_family_that_is_left_out_is_one_word() -> None:
    """And of the others their number."""
    line = left_out(described())
    assert line.startswith("clauses that are left out, and the key that decides it: ")
    assert "all of streaming" in line
    assert "\n" not in line
    assert "4 of generation by [forbidden]" in line
    assert "15 of generation by [generation]" in line


def test_a_file_that_describes_everything_leaves_nothing_out() -> None:
    """So that its run says nothing of it."""
    described = load(ROOT / "boxproof.toml")
    credential = Credential(variable="KEY", another=SecretSource("OTHER"))
    assert described.record is not None
    update = Update("/history/{id}", body={"text": "Once"}, text="/text")
    record = replace(described.record, update=update, delete=Delete("/history/{id}"))
    service = replace(described.service, neighbours=("db",))
    assert described.generation is not None
    generation = replace(
        described.generation, model="/model", logprobs={"logprobs": 1}, logprob_list="/logprobs"
    )
    assert described.streaming is not None
    streaming = replace(described.streaming, terminator="[DONE]")
    whole = replace(
        described,
        credential=credential,
        records={"history": record},
        clients={"collection": "newman run collection.json"},
        service=service,
        generation=generation,
        streaming=streaming,
    )
    assert left_out(whole) == ""
