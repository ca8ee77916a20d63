"""How long a run may take; what that leaves over is not judged."""

import time
from dataclasses import dataclass, field

from boxproof.core.breaches import NotJudged
from boxproof.core.verdicts import Cause


@dataclass(frozen=True, slots=True)
class TimeBudget:
    """A run's time, from when this is made; without ``seconds`` it has all that it takes."""

    seconds: float | None = None
    _began: float = field(default_factory=time.monotonic)

    def left(self) -> float | None:
        """The seconds that are left, 0 or more; None where there is no limit."""
        if self.seconds is None:
            return None
        return max(0.0, self._began + self.seconds - time.monotonic())

    def check(self) -> None:
        """See that there is time left.

        Raises:
            NotJudged: there is none.
        """
        if self.left() == 0:
            raise NotJudged(f"the run's {self.seconds:g} seconds are spent", Cause.BUDGET)
