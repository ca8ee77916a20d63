"""The network between clients and the service is slow: requests and answers arrive bit by bit."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import FaultContext, fault
from boxproof.faults.network.proxy import NetworkConditions

#: A bad mobile network: far slower than any test machine, far faster than any time limit.
SLOW = NetworkConditions(latency_seconds=0.1, bytes_per_second=16_000)


@fault("slow-network", "the network to its clients is slow", serves=True)
@contextmanager
def slow_network(context: FaultContext) -> Iterator[None]:
    with context.route.detour() as proxy:
        before, proxy.conditions = proxy.served, SLOW
        context.note(
            f"network slowed down: {SLOW.latency_seconds * 1000:.0f} ms more each way, "
            f"{SLOW.bytes_per_second / 1000:.0f} kB a second"
        )
        yield
        count = proxy.served - before
    context.note(f"network as before, after {count} slow connections")
    if not count:
        context.idle("no connection was made while the network was slow")
