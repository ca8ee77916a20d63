"""Signals that end a run."""

import os
import signal
import threading
from pathlib import Path

import pytest

from boxproof.core import signals

pytestmark = pytest.mark.usefixtures("heeded")


@pytest.mark.parametrize("number", signals.STOPPING)
def test_every_stopping_signal_ends_a_run_as_ctrl_c_does(number: signal.Signals) -> None:
    """SIGTERM and SIGHUP unwind the stack, so that clean-up runs."""
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), signals.as_interrupt():
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    """A run under nohup outlives its terminal."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals.as_interrupt():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_signal_that_another_thread_gets_ends_a_wait_without_limit() -> None:
    """Nor is one lost that comes just before the main thread begins to wait."""
    reading, writing = os.pipe()
    waits = Path(f"/proc/self/task/{os.getpid()}/syscall")
    ended, noticed = threading.Event(), []

    def send() -> None:
        while waits.read_text().split()[1:2] != [hex(reading)]:
            pass
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        noticed.append(ended.wait(10))
        os.close(writing)

    thread = threading.Thread(target=send)
    thread.start()
    with pytest.raises(KeyboardInterrupt), signals.as_interrupt():
        os.read(reading, 1)
    ended.set()
    thread.join()
    os.close(reading)
    assert noticed == [True]


def test_signals_are_looked_for_until_the_outermost_block_ends() -> None:
    """A command looks for them before the run that it begins, and after it."""

    def interval() -> float:
        return signal.getitimer(signal.ITIMER_REAL)[1]

    with signals.as_interrupt():
        with signals.as_interrupt():
            assert interval() == signals.LOOK_SECONDS
        assert interval() == signals.LOOK_SECONDS
    assert interval() == 0.0


@pytest.mark.parametrize("number", [signal.SIGINT, *signals.STOPPING])
def test_clean_up_is_not_cut_short(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    """An impatient second Ctrl-C gets a line and clean-up goes on."""
    done = False
    with signals.held("removing containers"):
        os.kill(os.getpid(), number)
        done = True
    assert done
    assert "removing containers" in capsys.readouterr().err
