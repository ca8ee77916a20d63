"""Has the service fuzzed once a run, and keeps what was found."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing

from boxproof.config.options import Config
from boxproof.core import document_coverage
from boxproof.core.document_coverage import OperationCoverage
from boxproof.core.time_budget import TimeBudget
from boxproof.drivers.schemathesis.exchanges import ExchangeRecorder
from boxproof.drivers.schemathesis.fuzzing_process import FuzzFailed, FuzzingProcess
from boxproof.drivers.schemathesis.wire import (
    Job,
    Records,
    Refusal,
    covered_in,
    failure_in,
    phase_in,
    phase_out,
)
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.journal.entries import (
    FactsLearned,
    FuzzEnded,
    FuzzFailureFound,
    FuzzPhaseEnded,
    OperationCovered,
)
from boxproof.probes.fuzzing import Failure, FuzzRun, Phase, smallest

#: The whole run's limit: a floor for what does not grow with the examples, and a share for each.
LIMIT_FLOOR_SECONDS = 90.0
LIMIT_EXAMPLE_SECONDS = 2.0
#: Of what is left of a run's budget, which clauses that come later need, too.
BUDGET_SHARE = 0.5
#: How many operations are named in a line.
SHOWN_OPERATIONS = 5


class Fuzzer:
    """Judges a service against its own OpenAPI document, once.

    Args:
        config: ``boxproof.toml``; its ``[schema]`` table must be there.
        endpoint: where the service answers.
        seed: fixes the requests, as far as the service's answers are the same.
        process: gives what does the job, which may have been started long before.
        say: shows a person one line of progress.
        max_examples: cases for each operation in the fuzzing phase, over what ``config`` says.
        limit_seconds: phases that have not ended by then are cut short.
        budget: what is left of the run, which cuts them short as well.
    """

    def __init__(
        self,
        config: Config,
        endpoint: Callable[[], Endpoint],
        journal: Journal,
        seed: int,
        process: Callable[[], FuzzingProcess],
        say: Callable[[str], None],
        max_examples: int | None = None,
        limit_seconds: float | None = None,
        budget: TimeBudget | None = None,
    ) -> None:
        self._config = config
        self._endpoint = endpoint
        self._journal = journal
        self._seed = seed
        self._process = process
        self._say = say
        self._max_examples = max_examples
        self._limit_seconds = limit_seconds
        self._budget = budget or TimeBudget()
        self._outcome: FuzzRun | FuzzFailed | None = None

    def results(self) -> FuzzRun:
        """What the run saw; it takes place when first asked for.

        Raises:
            FuzzFailed: the tool ended without a result; asked again, it fails again at once.
        """
        if self._outcome is None:
            try:
                self._outcome = self._run(self.job())
            except FuzzFailed as error:
                self._outcome = error
        if isinstance(self._outcome, FuzzFailed):
            raise self._outcome
        return self._outcome

    def job(self) -> Job:
        """What the fuzzing process is told."""
        schema = self._config.schema
        if schema is None:
            raise FuzzFailed(f"{self._config.file} has no [schema]")
        examples = self._max_examples or schema.max_examples
        limit = self._limit_seconds or LIMIT_FLOOR_SECONDS + LIMIT_EXAMPLE_SECONDS * examples
        endpoint = self._endpoint()
        if endpoint.quota is not None:
            # What is sent slowly has the time that it takes.
            limit = max(limit, endpoint.quota.requests / endpoint.quota.per_second)
        left = self._budget.left()
        limit = limit if left is None else min(limit, left * BUDGET_SHARE)
        return Job(
            endpoint=endpoint,
            document_path=schema.path,
            seed=self._seed,
            max_examples=examples,
            limit_seconds=limit,
            refusal=self._refusal(),
            records=tuple(self._records()),
        )

    def _refusal(self) -> Refusal | None:
        forbidden, work = self._config.forbidden, self._config.work
        if forbidden is None or work.text is None or work.text_place != "body":
            return None
        return Refusal(
            method=work.method,
            path=work.path_pattern,
            text=work.text,
            words=forbidden.words,
            status=forbidden.status,
            inside_words=forbidden.inside_words,
        )

    def _records(self) -> Iterator[Records]:
        """Each kind whose records can be told by what the service answers."""
        for kind in self._config.records.values():
            made = self._config.maker(kind)
            if kind.read is None or kind.read.method != "GET" or kind.id_header or made.takes_id:
                continue
            key = kind.record + (kind.id if kind.key is None else kind.key)
            yield Records(made.method, made.path, made.statuses, key, kind.read.path)

    def _run(self, job: Job) -> FuzzRun:
        began = time.monotonic()
        phases: list[Phase] = []
        failures: list[Failure] = []
        errors: list[str] = []
        problem = spent = outage = ""
        operations = 0
        covered: tuple[OperationCoverage, ...] = ()
        exchanges = ExchangeRecorder(self._journal, job.endpoint)
        with closing(self._process().messages(job)) as told_so_far:
            for told in told_so_far:
                if told["kind"] == "exchange":
                    exchanges.take(told["exchange"])
                    continue
                if told["kind"] == "document":
                    problem = told["problem"]
                    continue
                if told["kind"] == "spent":
                    spent = told["why"]
                    continue
                if told["kind"] == "outage":
                    outage = told["why"]
                    self._say(f"schema: {outage}; no more was sent")
                    continue
                if told["kind"] == "elsewhere":
                    self._say(_left_open(told["references"]))
                    continue
                if told["kind"] == "covered":
                    covered = tuple(map(covered_in, told["operations"]))
                    continue
                if told["kind"] == "operations":
                    operations = told["total"]
                    continue
                phases.append(phase_in(told["phase"]))
                failures.extend(failure_in(each, job.endpoint) for each in told["failures"])
                errors.extend(told["errors"])
                self._report(phases[-1], len(told["failures"]))
        seconds = round(time.monotonic() - began, 3)
        run = FuzzRun(
            job.seed,
            seconds,
            tuple(phases),
            smallest(failures),
            problem,
            tuple(errors),
            spent,
            operations,
            outage,
            covered,
        )
        self._record(run)
        return run

    def _record(self, run: FuzzRun) -> None:
        for failure in run.failures:
            self._journal.write(
                FuzzFailureFound(
                    check=failure.check,
                    operation=failure.operation,
                    phase=failure.phase,
                    title=failure.title,
                    message=failure.message,
                    seen=failure.seen,
                    evidence=tuple(failure.evidence()),
                )
            )
        self._journal.write(
            FuzzEnded(
                seed=run.seed,
                seconds=run.seconds,
                cases=sum(each.total for each in run.phases),
                document_problem=run.document_problem,
                errors=run.errors,
            )
        )
        for each in run.covered:
            self._journal.write(OperationCovered(coverage=each))
        if run.covered:
            for line in document_coverage.told(run.covered):
                self._say(f"schema: {line}")
        if run.never_done:
            self._say(_left_undone(run.never_done))
        if run.operations:
            if run.reach:
                self._say(f"schema: {run.reach}")
            self._journal.write(
                FactsLearned(
                    values={
                        "operations": run.operations,
                        "operations_reached": run.reached,
                        "operations_never_done": list(run.never_done),
                    }
                )
            )

    def _report(self, phase: Phase, failures: int) -> None:
        """Tell the journal and the person that a phase is over."""
        self._journal.write(
            FuzzPhaseEnded(
                name=phase.name, total=phase.total, failures=failures, details=phase_out(phase)
            )
        )
        line = f"schema: {phase.name} phase, {phase.total} requests in {phase.seconds:.1f} s"
        if failures:
            line += f", failing checks: {failures}"
        if phase.cut_short:
            line += ", CUT SHORT by its time limit"
        if not phase.total:
            line += f" ({phase.skipped or 'nothing to send'})"
        self._say(line)


def _left_open(references: Sequence[str]) -> str:
    """That references to other addresses are not followed, with the first of them."""
    more = f" and {len(references) - 1} more" if len(references) > 1 else ""
    return f"schema: {references[0]}{more}: not followed; what it describes may be anything"


def _left_undone(operations: Mapping[str, Mapping[str, int]]) -> str:
    """That no request to these succeeded, with what the first of them returned."""
    shown = [
        f"{operation} ({', '.join(sorted(counts))})"
        for operation, counts in list(operations.items())[:SHOWN_OPERATIONS]
    ]
    more = len(operations) - len(shown)
    rest = f" and {more} more" if more else ""
    return f"schema: no request succeeded with {', '.join(shown)}{rest}"
