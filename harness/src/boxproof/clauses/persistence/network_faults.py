"""A bad network between clients and the service, which is itself well."""

from boxproof.clauses.history_checks import DURABLE, Under, judge, traceable
from boxproof.clauses.registry import clause
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.ledger.checkers import answered, visible

#: Meanwhile, an acknowledged write is seen at once, and what was seen stays.
VISIBLE = (visible.unread, visible.unlisted, visible.went_back)


@clause(
    "persistence.survives-slow-network",
    Level.MUST,
    "Over a slow network every valid request MUST succeed, and what was acknowledged MUST be "
    "there, once and as it was acknowledged.",
    promised=traceable,
    effect=Effect.DISTURBS,
)
def survives_slow_network(under: Under) -> None:
    judge(under("slow-network"), *DURABLE, *VISIBLE, answered.failed)


@clause(
    "persistence.survives-cut-network",
    Level.MUST,
    "When connections are cut, what was acknowledged MUST be there once, and a write whose answer "
    "was cut off once or not at all.",
    promised=traceable,
    effect=Effect.DISTURBS,
)
def survives_cut_network(under: Under) -> None:
    judge(under("cut-network"), *DURABLE, *VISIBLE)


@clause(
    "persistence.cut-connections-isolated",
    Level.MUST,
    "A client on a good connection MUST be answered while the connections of others are cut in "
    "mid-request.",
    promised=traceable,
    effect=Effect.DISTURBS,
)
def cut_lines_hold_nobody_up(under: Under) -> None:
    judge(under("cut-network"), answered.kept_waiting)
