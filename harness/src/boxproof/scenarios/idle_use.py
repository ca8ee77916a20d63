"""What the processes of a deployment use once they are idle again."""

from dataclasses import dataclass

from boxproof.core.breaches import NotJudged
from boxproof.core.polling import until
from boxproof.core.verdicts import Cause
from boxproof.targets.abilities import InspectsProcesses, SamplesUsage

#: What a service may take after its last answer until it holds what it holds when idle.
IDLE_SECONDS = 3.0

Used = dict[str, float]


@dataclass(frozen=True, slots=True)
class IdleUse:
    """Measures one deployment."""

    usage: SamplesUsage
    processes: InspectsProcesses

    def measured(self) -> Used:
        """What is used once two looks in a row see the same number of descriptors and threads.

        Raises:
            NotJudged: nothing could be measured.
        """
        seen = [self._used()]

        def is_idle() -> bool:
            seen.append(self._used())
            return all(
                seen[-1].get(name) == seen[-2].get(name) for name in ("descriptors", "threads")
            )

        until(is_idle, IDLE_SECONDS)
        return seen[-1]

    def pids(self) -> frozenset[int]:
        """The processes that there are."""
        return frozenset(each.pid for each in self.processes.processes())

    def _used(self) -> Used:
        sample = self.usage.sample()
        if sample is None:
            raise NotJudged("nothing could be measured", Cause.UNDECIDED)
        known = {
            "memory": sample.anonymous_bytes,
            "descriptors": sample.descriptors,
            "threads": sample.threads,
            "processes": len(self.pids()),
        }
        return {name: float(each) for name, each in known.items() if each is not None}
