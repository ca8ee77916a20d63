"""The line between clients and the service is slow: requests and answers arrive bit by bit."""

from collections.abc import Iterator
from contextlib import contextmanager

from boxproof.faults.fault_registry import Scene, fault
from boxproof.faults.network.proxy import Line

#: A bad mobile line: far slower than any test machine, far faster than any time limit.
SLOW = Line(latency_seconds=0.1, bytes_per_second=16_000)


@fault("slow-network", "the network to its clients is slow")
@contextmanager
def slow_network(scene: Scene) -> Iterator[None]:
    with scene.route.detour() as proxy:
        before, proxy.line = proxy.served, SLOW
        scene.note(
            f"network slowed down: {SLOW.latency_seconds * 1000:.0f} ms more each way, "
            f"{SLOW.bytes_per_second / 1000:.0f} kB a second"
        )
        yield
        count = proxy.served - before
    scene.note(f"network as before, after {count} slow connections")
    if not count:
        scene.idle("no connection was made while the network was slow")
