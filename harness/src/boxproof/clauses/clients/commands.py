"""What the team's own clients say of the service."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import Breach
from boxproof.core.effects import Effect
from boxproof.core.findings import Finding
from boxproof.core.verdicts import Level
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.client_command import run_client


@clause(
    "clients.succeed",
    Level.MUST,
    "Every client that the team names MUST end with exit code 0 against the service.",
    effect=Effect.WRITES,
    promised=lambda config: bool(config.clients),
)
def succeed(http: Client, journal: Journal, config: Config) -> None:
    ended = {
        name: run_client(name, command, config, http.endpoint(), journal)
        for name, command in config.clients.items()
    }
    found = [
        Finding(summary=f"{name} {each.outcome}", evidence=each.evidence(), head=name)
        for name, each in ended.items()
        if each.code != 0
    ]
    if found:
        told = found[0].summary + (f", and {len(found) - 1} more" if len(found) > 1 else "")
        raise Breach(told, found[0].evidence, findings=found)
