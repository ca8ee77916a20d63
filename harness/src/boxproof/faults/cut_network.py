"""The network between clients and the service is cut, under requests and under answers.

First answers are kept back until every client has a request under way, so that some have surely
done their work when it is cut, and nobody has heard of it. What is sent during the cut is refused,
or stops in mid-request and keeps the service waiting for the rest.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault

#: Answers that a client on a good network gets during the cut, if the service gives any.
BESIDE = 3


@fault("cut-network", "the network to its clients is cut, and comes back later")
@contextmanager
def cut_network(context: FaultContext) -> Iterator[None]:
    with context.route.detour() as proxy:
        proxy.hold()
        load, limit_seconds = context.config.durability, context.config.limits.request_seconds
        # Each client has one request on the line: so many answers cannot all be those of readers.
        wanted = load.readers + 1
        proxy.wait_busy(load.writers + load.readers, wanted, limit_seconds)
        connections, answers = proxy.cut()
        context.note(f"{connections} connections cut, {answers} of them with an answer")
        if answers < wanted:
            context.idle(f"{answers} answers were cut off, perhaps none of them to a write")
        yield
        context.route.wait_beside(BESIDE, limit_seconds)
        if not proxy.stalled:
            context.idle("no request stopped half way")
    context.note("network restored")
