"""A boot with other settings than the shared deployment's."""

from contextlib import closing
from dataclasses import dataclass

from boxproof.core.breaches import NotJudged
from boxproof.probes.start_watch import Startup
from boxproof.scenarios.scheduler import ScenarioContext, background
from boxproof.targets.abilities import InspectsProcesses, LimitsCpu, Process
from boxproof.targets.base import Variant

LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Alternate:
    """A boot with the other settings: as many workers as CPUs, a CPU limit, another port."""

    cpus: int
    cpu_limit: float | None
    port: int
    startup: Startup
    processes: tuple[Process, ...]


@background(needs=LimitsCpu)
def alternate(context: ScenarioContext) -> Alternate:
    """The boot with the other settings."""
    server, service = context.config.server, context.config.service
    if server is None:
        raise NotJudged(f"{context.config.file} has no [server]")
    cpus = telling_cpus(server.workers, context.target.host().cpus)
    port = service.port + 1 if service.port < LAST_PORT else service.port - 1
    settings = {server.workers_variable: server.workers_max, server.port_variable: str(port)}
    environment = {name: value for name, value in settings.items() if name and value}
    label = ", ".join([*(f"{name}={value}" for name, value in environment.items()), f"{cpus} CPU"])
    with closing(context.target.boot(Variant(label, environment, cpus=cpus))) as deployment:
        cpu_limit = deployment.ability(LimitsCpu).cpu_limit()
        processes = deployment.ability(InspectsProcesses).processes()
        return Alternate(cpus, cpu_limit, port, deployment.startup, processes)


def telling_cpus(workers: int, cores: int) -> int:
    """A CPU limit that neither the machine's cores nor the usual number of workers look like.

    Raises:
        NotJudged: the machine has one core, so that every answer looks alike.
    """
    if cores < 2:
        raise NotJudged("with one core, a CPU limit changes nothing that could be seen")
    return next((each for each in range(1, cores) if each != workers), 1)
