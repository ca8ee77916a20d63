"""The fuzzing process: reads a job from standard input, writes what it sees to standard output.

A process of its own, because a seed fixes the requests only where Python's hash seed, the loaded
modules, the working folder and Hypothesis's profile are fixed too.
"""

import os
import sys
import threading
import time
from dataclasses import asdict

from boxproof.drivers.schemathesis import (
    answer_checks,
    hypothesis_patches,
    references_elsewhere,
)
from boxproof.drivers.schemathesis.covered import Covered
from boxproof.drivers.schemathesis.created import CreatedFound
from boxproof.drivers.schemathesis.exchanges import exchange_out
from boxproof.drivers.schemathesis.openapi_loading import DocumentProblem, load
from boxproof.drivers.schemathesis.settings import settings
from boxproof.drivers.schemathesis.stages import stages
from boxproof.drivers.schemathesis.transport import Spent, led_through
from boxproof.drivers.schemathesis.wire import Job, failure_out, message, phase_out
from boxproof.journal.entries import Requested

#: Characters of what is wrong with a document.
SHOWN = 300


def main() -> int:
    """Do one job, if one comes."""
    line = sys.stdin.readline()
    if not line:
        return 0
    job = Job.from_line(line)
    end = time.monotonic() + job.limit_seconds
    _end_with_parent(sys.stdin.fileno())
    out = sys.stdout
    # Whatever a library prints must not end up between the messages.
    sys.stdout = sys.stderr
    redacted = job.endpoint.redacted
    telling = threading.Lock()
    created = CreatedFound(job.records)
    covered: Covered | None = None

    def tell(kind: str, **data: object) -> None:
        with telling:
            out.write(message(kind, **data))
            out.flush()

    def hear(exchange: Requested) -> None:
        created.hear(exchange)
        tell("exchange", exchange=exchange_out(exchange))

    with hypothesis_patches.patched(), led_through(job.endpoint, hear) as adapter:
        try:
            answer_checks.register()
            created.register()
            references_elsewhere.leave_open(lambda found: tell("elsewhere", references=found))
            schema = load(job, settings(job))
            created.know(schema)
            tell("operations", total=schema.statistic.operations.selected)
            # A large document takes its time to be read.
            left = max(0.0, end - time.monotonic())
            covered = Covered(schema, only_reads=job.only_reads)
            query = job.endpoint.secret_query()
            for finished in stages(schema, left, query, job.seed, covered.take):
                tell(
                    "phase",
                    phase=phase_out(finished.phase),
                    failures=[failure_out(each, job.endpoint) for each in finished.failures],
                    errors=[redacted(each) for each in finished.errors],
                )
        except DocumentProblem as problem:
            # Cut afterwards: nobody would find a part of a secret.
            told = redacted(str(problem))
            tell("document", problem=told if len(told) <= SHOWN else f"{told[:SHOWN]}…")
        except Spent:
            pass
        if covered is not None:
            tell("covered", operations=[asdict(each) for each in covered.operations()])
        if adapter.outage.told:
            tell("outage", why=adapter.outage.told)
        if adapter.spent:
            tell("spent", why=adapter.spent)
    tell("end")
    return 0


def _end_with_parent(stdin: int) -> None:
    """End this process at once when the harness has ended in whatever way: its pipe closes then."""

    def wait() -> None:
        # Not through the file object: its lock would hold up this process's own orderly end.
        while os.read(stdin, 1):
            pass
        os._exit(1)

    threading.Thread(target=wait, name="end-with-parent", daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
