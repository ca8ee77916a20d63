"""The health path while the service has its hands full.

Whoever looks at it (an orchestrator, a load balancer) takes a service that does not answer for
dead, and takes it away in the middle of its work: a server of language models answered its health
path after 28.8 s while it worked (vllm 24910).
"""

from boxproof.clauses.registry import clause
from boxproof.clauses.resources.health_looks import HealthLooks
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.slow_bodies import SlowBodies
from boxproof.probes.traffic import Traffic
from boxproof.probes.work import Work

#: Clients that each send a large body slowly.
UPLOADS = 8


@clause(
    "resources.health-while-busy",
    Level.MUST,
    "While heavy work takes every place that it has, the service MUST answer its health path "
    "within its time limit.",
    promised=lambda config: bool(config.work.heavy) and config.limits.health_seconds is not None,
    effect=Effect.DISTURBS,
)
def health_while_busy(http: Client, work: Work, journal: Journal, config: Config) -> None:
    looks = HealthLooks(http, config)
    clients = config.resources.busy_requests
    heavy = config.work.heavy
    with Traffic(
        lambda: [work.request(heavy)], journal, clients=clients, announced=False
    ) as traffic:
        looks.look_often()
    if not any(each.is_success for each in traffic.exchanges()):
        raise NotJudged("no heavy work was done meanwhile", Cause.UNDECIDED)
    looks.require_in_time(f"while {clients} clients asked for heavy work")


@clause(
    "resources.health-while-uploading",
    Level.MUST,
    "While large bodies are sent to it slowly, the service MUST answer its health path within its "
    "time limit.",
    promised=lambda config: (
        bool(config.work.body_encoding) and config.limits.health_seconds is not None
    ),
    effect=Effect.DISTURBS,
)
def health_while_uploading(http: Client, work: Work, journal: Journal, config: Config) -> None:
    looks = HealthLooks(http, config)
    with SlowBodies(work.request(), journal, clients=UPLOADS):
        looks.look_often()
    looks.require_in_time(f"while {UPLOADS} clients sent large bodies slowly")
