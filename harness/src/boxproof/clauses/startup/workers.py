"""The server's processes: how many there are, and on which port they listen."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.scenarios.other_settings import Alternate
from boxproof.targets.abilities import InspectsProcesses, LimitsCpu
from boxproof.targets.server_processes import process_lines, tree_of


@clause(
    "startup.workers",
    Level.MUST,
    "The server MUST run one master and as many workers as it was told to.",
    needs=(InspectsProcesses,),
    promised=lambda config: config.server is not None and bool(config.server.workers_variable),
)
def workers(processes: InspectsProcesses, config: Config) -> None:
    assert config.server is not None
    seen = processes.processes()
    tree = tree_of(seen, config.server.master)
    require(
        len(tree.workers) == config.server.workers,
        f"{config.server.workers_variable}={config.server.workers} made "
        f"{len(tree.workers)} workers",
        process_lines(seen),
    )


@clause(
    "startup.workers-max",
    Level.MUST,
    "Told to use every CPU, the server MUST run one worker for each CPU of its container's limit.",
    needs=(LimitsCpu, InspectsProcesses),
    promised=lambda config: config.server is not None and bool(config.server.workers_max),
)
def workers_max(alternate: Alternate, config: Config) -> None:
    assert config.server is not None
    require(
        alternate.cpu_limit == alternate.cpus,
        f"the engine set a limit of {alternate.cpu_limit} CPUs, not {alternate.cpus}",
    )
    tree = tree_of(alternate.processes, config.server.master)
    require(
        len(tree.workers) == alternate.cpus,
        f"{config.server.workers_variable}={config.server.workers_max} under a limit of "
        f"{alternate.cpus} CPUs made {len(tree.workers)} workers",
        process_lines(alternate.processes),
    )


@clause(
    "startup.port-honoured",
    Level.MUST,
    "The server MUST listen on the port that it was told to.",
    needs=(LimitsCpu, InspectsProcesses),
    promised=lambda config: config.server is not None and bool(config.server.port_variable),
)
def port_honoured(alternate: Alternate, config: Config) -> None:
    assert config.server is not None
    ready = alternate.startup.attempts[-1:]
    require(
        ready and config.health.request.is_success(ready[0].status),
        f"nothing was ready on {config.server.port_variable}={alternate.port}",
    )
