"""Schemathesis's own configuration, set whole: no file, hook or profile of the machine's counts."""

from schemathesis.config import (
    CacheConfig,
    CoveragePhaseConfig,
    FuzzingPhaseConfig,
    GenerationConfig,
    HealthCheck,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    StatefulPhaseConfig,
)
from schemathesis.config._phases import ErrorFeedbackConfig

from boxproof.drivers.schemathesis.wire import Job

#: A sequence of the stateful phase takes about six requests, most of them valid: those that cost
#: a generative service the most. So there are fewer sequences than examples.
SEQUENCE_EXAMPLES = 2
LEAST_SEQUENCES = 5


def settings(job: Job) -> SchemathesisConfig:
    """The configuration of one job.

    Made so that a seed fixes the requests: nothing is kept from or for another run, one worker
    alone sends, and what the service answers to bad requests does not steer what is valid (the
    document alone says that). A failure does not end an operation's phase, or one fault would hide
    the next.
    """
    query = job.endpoint.secret_query()
    sequences = max(LEAST_SEQUENCES, job.max_examples // SEQUENCE_EXAMPLES)
    project = ProjectConfig(
        workers=1,
        continue_on_failure=True,
        request_timeout=job.endpoint.limits.seconds,
        headers=job.endpoint.every_header(),
        parameters={f"query.{name}": value for name, value in query.items()},
        generation=GenerationConfig(
            max_examples=job.max_examples,
            database="none",
            # A credential in the query is sent in any case, and none is drawn in its place.
            with_security_parameters=not query,
        ),
        phases=PhasesConfig(
            coverage=CoveragePhaseConfig(unexpected_methods=set() if job.only_reads else None),
            fuzzing=FuzzingPhaseConfig(error_feedback=ErrorFeedbackConfig(enabled=False)),
            stateful=StatefulPhaseConfig(generation=GenerationConfig(max_examples=sequences)),
        ),
    )
    return SchemathesisConfig(
        seed=job.seed,
        cache=CacheConfig(enabled=False),
        # They measure the machine's speed; a slow one must not turn a verdict into an error.
        suppress_health_check=[HealthCheck.all],
        projects=ProjectsConfig(default=project),
    )
