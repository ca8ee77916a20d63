"""The network between clients and the service is cut, under requests and under answers.

First answers are kept back until every client has a request under way, so that some have surely
done their work when it is cut, and nobody has heard of it. What is sent during the cut is refused,
or stops in mid-request and keeps the service waiting for the rest.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault

#: Answers among them that are waited for, and how long.
HELD = 2
HELD_SECONDS = 5.0
#: Answers that a client on a good network gets during the cut, if the service gives any.
BESIDE = 3


@fault("cut-network", "the network to its clients is cut, and comes back later")
@contextmanager
def cut_network(context: FaultContext) -> Iterator[None]:
    with context.route.detour() as proxy:
        proxy.hold()
        load = context.config.durability
        proxy.wait_busy(load.writers + load.readers, HELD, HELD_SECONDS)
        count = proxy.cut()
        context.note(f"{count} connections cut")
        if not count:
            context.idle("no connection was open when the network was cut")
        yield
        context.route.wait_beside(BESIDE, context.config.limits.request_seconds)
    context.note("network restored")
