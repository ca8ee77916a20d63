"""Concurrent writers and readers, with nothing done to the service."""

from boxproof.clauses.history_checks import (
    Under,
    answers_with_text,
    judge,
    listed,
    ordered,
    stable,
    traceable,
)
from boxproof.clauses.records.refused_creates import can_be_refused, require_nothing_left
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.ledger.checkers import durable, order, visible
from boxproof.ledger.tried import NO_FAULT
from boxproof.probes.record_store import RecordStore


@clause(
    "records.stored-once",
    Level.MUST,
    "An acknowledged write MUST be stored as it was acknowledged, and no list MUST show it twice.",
    promised=traceable,
    effect=Effect.WRITES,
    each_kind=True,
)
def stored_once(under: Under) -> None:
    judge(under(NO_FAULT), durable.lost, durable.altered, durable.repeated)


@clause(
    "records.nothing-unasked",
    Level.MUST,
    "What was never sent, and what was refused, MUST NOT be stored.",
    promised=listed,
    effect=Effect.WRITES,
    each_kind=True,
)
def nothing_unasked(under: Under, records: RecordStore, config: Config) -> None:
    if can_be_refused(config):
        require_nothing_left(records, config)
    judge(under(NO_FAULT), durable.unsent, durable.rejected_and_stored)


@clause(
    "records.own-answer",
    Level.MUST,
    "A request MUST be answered with its own record, whatever is written beside it.",
    promised=answers_with_text,
    effect=Effect.WRITES,
    each_kind=True,
)
def own_answer(under: Under) -> None:
    judge(under(NO_FAULT), durable.not_its_own)


@clause(
    "records.read-your-writes",
    Level.MUST,
    "An acknowledged write MUST be seen by every read and list that begins afterwards.",
    promised=traceable,
    effect=Effect.WRITES,
    each_kind=True,
)
def read_your_writes(under: Under) -> None:
    judge(under(NO_FAULT), visible.unread, visible.unlisted)


@clause(
    "records.monotonic-reads",
    Level.MUST,
    "What a reader has seen MUST be seen by every read that begins afterwards.",
    promised=traceable,
    effect=Effect.WRITES,
    each_kind=True,
)
def reads_never_go_back(under: Under) -> None:
    judge(under(NO_FAULT), visible.went_back)


@clause(
    "records.list-in-order",
    Level.MUST,
    "Two writes of which one ended before the other began MUST be listed in the order that "
    "boxproof.toml says.",
    promised=ordered,
    effect=Effect.WRITES,
    each_kind=True,
)
def list_in_order(under: Under) -> None:
    judge(under(NO_FAULT), order.misordered)


@clause(
    "records.pages-complete",
    Level.MUST,
    "A walk through the pages MUST meet every record that was there before it began exactly once, "
    "also while records are added.",
    promised=stable,
    effect=Effect.WRITES,
    each_kind=True,
)
def pages_complete(under: Under) -> None:
    judge(under(NO_FAULT), order.skipped, order.listed_twice)
