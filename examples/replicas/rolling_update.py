"""Updates and kills replicas of the service under load, and says what that cost.

    python rolling_update.py [--updates 10] [--kills 3] [--clients 6] [--checkpoint FOLDER]

Builds the images, runs stack.yml in a swarm (of its own, where the engine is in none), and removes
all of it in the end. Exit code 0 where no update lost a request, a kill only those in the killed
replica, and the history has all that was answered; 1 where not; 2 where it could not be tried.
Needs nothing but Python 3.11 and the docker command.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from http.client import HTTPException
from pathlib import Path
from types import FrameType

import docker_engine as engine
from judging import history_faults, kill_faults, update_faults
from load import Client, Load, history

PORT = int(os.environ.get("PUBLISH") or 8000)
REPLICAS = 3
#: From nothing, the database and the model included.
START_SECONDS = 240.0
#: For a replica that was killed to be replaced, and for one that drains to be gone.
REPLACE_SECONDS = 300.0
#: How long the load is watched before the first harm, and after each.
CALM_SECONDS = 5.0


def main(arguments: list[str]) -> int:
    """Try it and say what came of it; the exit code."""
    options = _options(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        with ExitStack() as made:
            try:
                return _try(options, _start(options.checkpoint, made))
            finally:
                # What was made is removed whole, whoever asks for haste.
                _ignore_signals()
                print("removing what was made", flush=True)
    except KeyboardInterrupt:
        print("rolling_update: interrupted", file=sys.stderr)
        return 130
    except (engine.EngineError, OSError, HTTPException) as error:
        print(f"rolling_update: {error}", file=sys.stderr)
        return 2


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--updates", type=int, default=10, help="rolling updates; default 10")
    parser.add_argument("--kills", type=int, default=3, help="replicas to kill; default 3")
    parser.add_argument("--clients", type=int, default=6, help="clients at once; default 6")
    parser.add_argument(
        "--checkpoint",
        type=Path,
        help="folder of a checkpoint; without it, one of GPT-2's size with random weights is made",
    )
    return parser.parse_args(arguments)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    _ignore_signals()
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _start(checkpoint: Path | None, made: ExitStack) -> str:
    """Have the stack run and all replicas behind the balancer; returns a key of the service."""
    print("building the images", flush=True)
    tags = made.enter_context(engine.images())
    if checkpoint is None:
        print("making a checkpoint of GPT-2's size", flush=True)
        checkpoint = Path(made.enter_context(tempfile.TemporaryDirectory()))
        engine.make_checkpoint(tags["IMAGE"], checkpoint)
    print("starting the stack", flush=True)
    made.enter_context(engine.swarm())
    variables = {**tags, "SOURCE_MOUNT": str(checkpoint.resolve()), "PUBLISH": str(PORT)}
    key = made.enter_context(engine.stack(variables))
    engine.wait_until("every replica is healthy", _complete, START_SECONDS)
    with closing(Client(PORT, key)) as client:
        seen: set[str | None] = set()

        def all_seen() -> bool:
            # A balancer without a replica answers 503 itself.
            try:
                status, replica, _ = client.get("/readyz")
            except (OSError, HTTPException):
                client.close()
                return False
            seen.update([replica] if status == 200 else [])
            return len(seen) == REPLICAS

        engine.wait_until("every replica is behind the balancer", all_seen, START_SECONDS)
    return key


def _complete() -> bool:
    """Whether so many replicas run as there ought to be, all of them healthy."""
    running = engine.replicas()
    return len(running) == REPLICAS and all(map(engine.healthy, running))


def _try(options: argparse.Namespace, key: str) -> int:
    faults: list[str] = []
    with Load(PORT, key, options.clients) as load:
        time.sleep(CALM_SECONDS)
        for number in range(1, options.updates + 1):
            faults += _told(_update(number, load))
        for number in range(1, options.kills + 1):
            faults += _told(_kill(number, load))
        load.end()
    with closing(Client(PORT, key)) as client:
        records = history(client)
    outcomes = load.outcomes()
    answered = sum(each.answered for each in outcomes)
    print(f"all in all: {len(outcomes)} requests, {answered} answered; {len(records)} records")
    faults += _told(history_faults(outcomes, records))
    print("as promised" if not faults else f"{len(faults)} faults", flush=True)
    return 1 if faults else 0


def _told(faults: list[str]) -> list[str]:
    """Print faults at once: what comes after them may end this."""
    for fault in faults:
        print(f"  fault: {fault}", flush=True)
    return faults


def _update(number: int, load: Load) -> list[str]:
    before, began = engine.replicas(), time.monotonic()
    engine.update()
    engine.wait_until("those that were replaced are gone", _complete, REPLACE_SECONDS)
    seconds = time.monotonic() - began
    time.sleep(CALM_SECONDS)
    seen = load.ended_since(began)
    failed = [each for each in seen if not each.answered]
    replaced = len(before.keys() - engine.replicas().keys())
    print(
        f"update {number:2}: {replaced} replicas replaced in {seconds:.0f} s; "
        f"{len(seen)} requests, {len(failed)} failed",
        flush=True,
    )
    return [
        *([] if replaced == REPLICAS else [f"update {number}: {replaced} replicas were replaced"]),
        *update_faults(number, seen),
    ]


def _kill(number: int, load: Load) -> list[str]:
    victim, address = sorted(engine.replicas().items())[number % REPLICAS]
    began = time.monotonic()
    engine.kill(victim)
    killed = time.monotonic()
    engine.wait_until(
        "the killed replica is replaced",
        lambda: victim not in engine.replicas() and _complete(),
        REPLACE_SECONDS,
    )
    seconds = time.monotonic() - killed
    time.sleep(CALM_SECONDS)
    seen = load.ended_since(began)
    in_hand = [each for each in seen if each.replica == address and each.began <= killed]
    failed = [each for each in seen if not each.answered]
    print(
        f"kill {number:4}: replaced in {seconds:.0f} s; "
        f"{len(seen)} requests, {len(failed)} failed; the killed replica had {len(in_hand)}",
        flush=True,
    )
    return kill_faults(number, seen, in_hand)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
