"""What SIGTERM did is told as it was, whenever the engine learns of it."""

import pytest
from unit.scenarios.bench import Bench, InFront

from boxproof.clauses.lifecycle.sigterm import first_process_forwards_signals, second_term
from boxproof.core.breaches import Breach, NotJudged
from boxproof.core.errors import HasEnded
from boxproof.core.verdicts import Cause
from boxproof.scenarios.stop_signals import stopped
from boxproof.targets.abilities import Image, Process
from boxproof.targets.base import Exit, Variant


class LateEngine(InFront):
    """SIGTERM ends every process at once; the engine learns of it later.

    So it is where the first process of a container ends and tells nobody: until the engine knows,
    it takes signals for the dead as if they had been sent.
    """

    signals = 0
    grace_seconds = 5.0

    def stop_grace_seconds(self) -> float:
        return self.grace_seconds

    def read_only_root(self) -> bool:
        return False

    def health_said(self) -> tuple[str, ...]:
        return ()

    def image(self) -> Image:
        return Image("toy", (), {}, ())

    def processes(self) -> tuple[Process, ...]:
        if self.signals:
            raise HasEnded("the container is not running")
        processes: tuple[Process, ...] = self.behind.processes()
        return processes

    def first_process(self) -> int:
        return 1

    def signal_process(self, pid: int, signal: int) -> None:
        assert (pid, signal) == (1, 15)
        self.signals += 1
        self.behind.kill()

    def ended(self, limit_seconds: float) -> Exit | None:
        """Known only to those who wait."""
        return Exit(0, 0.0) if limit_seconds else None


def test_a_server_that_has_ended_gets_no_second_sigterm(bench: Bench) -> None:
    """The clause of the first one is broken, and that of the second not judged."""
    site = bench.context(wrap=LateEngine)
    deployment = site.target.boot(Variant())
    seen = stopped(deployment, "told to stop", site, twice=True)
    assert seen.second is None
    with pytest.raises(Breach, match="request in hand"):
        first_process_forwards_signals(seen)
    with pytest.raises(NotJudged, match="second SIGTERM was due") as said:
        second_term(seen)
    assert said.value.cause is Cause.RESTS_ON


class LaterEngine(LateEngine):
    """One that says that a container has ended when its grace period is over, or not at all."""

    tells = True

    def ended(self, limit_seconds: float) -> Exit | None:
        """Known only to those who wait for longer than the server may take."""
        return Exit(0, 0.0) if self.tells and limit_seconds > self.grace_seconds else None


class SilentEngine(LaterEngine):
    tells = False


def test_a_server_of_which_nothing_is_left_has_ended(bench: Bench) -> None:
    """An engine that says so late is no reason to call it running."""
    site = bench.context(wrap=LaterEngine)
    seen = stopped(site.target.boot(Variant()), "told to stop", site, twice=False)
    assert seen.left == ()
    assert seen.exit is not None


def test_an_engine_that_never_says_how_it_ended(bench: Bench) -> None:
    """Nothing is known of the exit code then."""
    site = bench.context(wrap=SilentEngine)
    with pytest.raises(NotJudged, match="does not say how") as said:
        stopped(site.target.boot(Variant()), "told to stop", site, twice=False)
    assert said.value.cause is Cause.UNDECIDED
