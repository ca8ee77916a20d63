"""Where a credential must not stand: in the log of the deployment that all clauses share."""

from boxproof.clauses.credentials.refused import has_credential
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.log_lines import log_lines
from boxproof.core.redaction import Redaction
from boxproof.core.verdicts import Cause, Level
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
def not_in_logs(logs: ReadsLogs, config: Config) -> None:
    lines = log_lines(logs.logs())
    if not lines:
        raise NotJudged("no line was logged", Cause.UNDECIDED)
    secrets = Redaction(secrets_of(config))
    telling = [line for line in lines if secrets.found_in(line)]
    require(
        not telling,
        f"{len(telling)} of {len(lines)} lines hold the value of a credential",
        telling[:LINES],
        anomalies=[(line,) for line in telling],
    )
