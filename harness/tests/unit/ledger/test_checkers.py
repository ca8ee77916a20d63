"""Each check finds its anomaly, and none where a correct service could have answered so."""

from collections.abc import Callable, Iterator

import pytest
from unit.ledger.build import change, create, history, read, walk

from boxproof.ledger.checkers import durable, ids, order, visible
from boxproof.ledger.history import Anomaly, History

Check = Callable[[History], Iterator[Anomaly]]

A = create("a", 0, 1, id=1)
B = create("b", 2, 3, id=2)
DURING_A = create("c", 0.5, 2.5, id=3)
UNANSWERED = create("u", 0, 9, status=None)
REFUSED = create("r", 0, 1, status=507)
FAILED = create("f", 0, 1, status=500)

ALL: list[Check] = [
    durable.lost,
    durable.altered,
    durable.undone,
    durable.repeated,
    durable.unsent,
    durable.rejected_and_stored,
    durable.not_its_own,
    ids.reused,
    order.misordered,
    order.listed_twice,
    order.skipped,
    visible.unread,
    visible.unlisted,
    visible.went_back,
]

CAUGHT: list[tuple[Check, History]] = [
    (durable.lost, history(creates=[A, B], final=walk((2, "b"), began=9, pages=9))),
    (durable.lost, history(creates=[A], final=walk((1, "x"), (7, "a"), began=9, pages=9))),
    (durable.lost, history(creates=[A], readings=[read(1, 9, None, status=404)])),
    (durable.altered, history(creates=[A], readings=[read(1, 9, "other")])),
    (durable.undone, history(creates=[A], changes=[(change(4, "new"), read(4, 9, "old"))])),
    (durable.undone, history(changes=[(change(4, "new"), read(4, 9, None, status=404))])),
    (durable.undone, history(changes=[(change(4, None), read(4, 9, "old"))])),
    (durable.undone, history(changes=[(change(4, None), read(4, 9, None, status=500))])),
    (durable.altered, history(creates=[A], reads=[read(1, 2, "other")])),
    (
        durable.altered,
        history(
            creates=[create("a", 0, 1, id=1, record={"id": 1})], readings=[read(1, 9, "other")]
        ),
    ),
    (
        durable.repeated,
        history(creates=[UNANSWERED], final=walk((1, "u"), (2, "u"), began=9, pages=9)),
    ),
    (durable.unsent, history(creates=[A], final=walk((1, "a"), (2, "z"), began=9, pages=9))),
    (
        durable.rejected_and_stored,
        history(creates=[REFUSED], final=walk((1, "r"), began=9, pages=9)),
    ),
    (
        durable.not_its_own,
        history(creates=[create("a", 0, 1, id=1, record={"id": 1, "prompt": "b"})]),
    ),
    (ids.reused, history(creates=[A, create("b", 2, 3, id=1)])),
    (order.misordered, history(creates=[A, B], walks=[walk((1, "a"), (2, "b"), began=4)])),
    (
        order.misordered,
        history(creates=[A, B], final=walk((1, "a"), (2, "b"), began=9, pages=9)),
    ),
    (
        order.listed_twice,
        history(creates=[A], walks=[walk((1, "a"), (1, "a"), began=4, pages=9)]),
    ),
    (order.skipped, history(creates=[A, B], walks=[walk((2, "b"), began=4, pages=9)])),
    (visible.unread, history(creates=[A], reads=[read(1, 2, None, status=404)])),
    (visible.unlisted, history(creates=[A, B], walks=[walk((1, "a"), began=4)])),
    (visible.unlisted, history(creates=[A, B], walks=[walk((1, "a"), began=4, reached=False)])),
    (visible.unlisted, history(creates=[A], walks=[walk(began=4)])),
    (
        order.skipped,
        history(creates=[A, B], walks=[walk((1, "a"), began=4, pages=2, reached=False)]),
    ),
    (
        visible.went_back,
        history(
            creates=[UNANSWERED],
            walks=[walk((1, "u"), began=1)],
            reads=[read(1, 3, None, status=404)],
        ),
    ),
]

ALLOWED: list[History] = [
    history(creates=[A, B], walks=[walk((2, "b"), (1, "a"), began=4)]),
    # Writes at the same time have no order, and one that began before the read's end may be missed.
    history(creates=[A, DURING_A], walks=[walk((1, "a"), (3, "c"), began=4)]),
    history(creates=[A, DURING_A], walks=[walk((3, "c"), (1, "a"), began=4)]),
    history(creates=[A, B], walks=[walk((1, "a"), began=2.9)]),
    history(creates=[A], reads=[read(1, 0.9, None, status=404)]),
    history(
        changes=[(change(4, "new"), read(4, 9, "new")), (change(5, None), read(5, 9, None, 410))]
    ),
    # A write without an answer may be there once or not at all; a 500 says as little.
    history(creates=[UNANSWERED, FAILED]),
    history(creates=[UNANSWERED, FAILED], final=walk((1, "u"), (2, "f"), began=9, pages=9)),
    history(creates=[REFUSED]),
    # A success that is not described is no refusal.
    history(creates=[create("x", 0, 1, status=202)]),
    history(creates=[create("x", 0, 1, status=202)], final=walk((1, "x"), began=9, pages=9)),
    # A full page holds the newest and no more.
    history(creates=[A, B], walks=[walk((2, "b"), began=4, reached=False)]),
    history(creates=[A, DURING_A], walks=[walk((1, "a"), began=4, reached=False)]),
    # A list of which nothing is known shows nothing.
    history(creates=[A, B], walks=[walk((9, "u"), began=4, reached=False)]),
    # A list without an order shows its records in any.
    history(order="none", creates=[A, B], walks=[walk((1, "a"), (2, "b"), began=4)]),
    history(order="none", creates=[A, B], walks=[walk((2, "b"), (1, "a"), began=4)]),
    # A page that failed says nothing of what is stored.
    history(creates=[A], reads=[read(1, 4, None, status=503)]),
]


@pytest.mark.parametrize(("check", "bad"), CAUGHT)
def test_a_check_finds_its_anomaly(check: Check, bad: History) -> None:
    """The proof names the requests that cannot both have been."""
    found = list(check(bad))
    assert found
    assert all(each.summary and each.proof for each in found)


@pytest.mark.parametrize("fine", ALLOWED)
@pytest.mark.parametrize("check", ALL)
def test_what_a_correct_service_may_do_is_no_anomaly(check: Check, fine: History) -> None:
    """No false alarm from concurrency, lost answers or full pages."""
    assert list(check(fine)) == []
