"""The server's processes: how many, as whom, on which port and on what file system."""

from boxproof.clauses.histories.alternate import Alternate
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.targets.base import Image, Limits, Processes
from boxproof.targets.tree import process_lines, tree_of


@clause(
    "startup.workers",
    Level.MUST,
    "The server MUST run one master and as many workers as it was told to.",
    needs=(Processes,),
    promised=lambda config: config.server is not None and bool(config.server.workers_variable),
)
def workers(processes: Processes, config: Config) -> None:
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
    needs=(Limits, Processes),
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
    needs=(Limits, Processes),
    promised=lambda config: config.server is not None and bool(config.server.port_variable),
)
def port_honoured(alternate: Alternate, config: Config) -> None:
    assert config.server is not None
    ready = alternate.startup.attempts[-1:]
    require(
        [each.status for each in ready] == [200],
        f"nothing was ready on {config.server.port_variable}={alternate.port}",
    )


@clause(
    "startup.not-root",
    Level.MUST,
    "The processes of the container MUST NOT run as root.",
    needs=(Processes,),
)
def not_root(processes: Processes) -> None:
    seen = processes.processes()
    roots = [each for each in seen if each.uid == 0]
    require(not roots, f"{len(roots)} of {len(seen)} processes run as root", process_lines(seen))


@clause(
    "startup.read-only-root",
    Level.MUST,
    "The service MUST become ready on a read-only root file system.",
    needs=(Image,),
    promised=lambda config: config.server is not None and config.server.read_only_root,
)
def read_only_root(image: Image) -> None:
    require(image.read_only_root(), "the container's root file system can be written to")
