"""Where a credential must not stand: in the log of any deployment of the run."""

from boxproof.clauses.credentials.refused import has_credential
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.redaction import Redaction
from boxproof.core.verdicts import Cause, Level
from boxproof.scenarios.run_logs import RunLine
from boxproof.targets.abilities import ReadsLogs
from boxproof.targets.endpoints import secrets_of

#: Lines that are shown.
LINES = 5


@clause(
    "credentials.not-in-logs",
    Level.MUST,
    "The service MUST NOT log the value of a credential, as it is or encoded.",
    needs=(ReadsLogs,),
    promised=has_credential,
    after=(*Effect,),
)
def not_in_logs(run_logs: tuple[RunLine, ...], config: Config) -> None:
    if not run_logs:
        raise NotJudged("no deployment logged a line", Cause.UNDECIDED)
    hidden = secrets_of(config)
    secrets = Redaction(hidden)
    telling = [
        str(line)
        for line in run_logs
        # In the journal what may be shown of it stands in its place.
        if secrets.found_in(line.text) or any(each.shown in line.text for each in hidden)
    ]
    require(
        not telling,
        f"{len(telling)} of {len(run_logs)} lines hold the value of a credential",
        telling[:LINES],
        anomalies=[(line,) for line in telling],
    )
