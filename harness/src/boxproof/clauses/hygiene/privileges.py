"""As whom the container's processes run, and on what file system."""

from boxproof.clauses.registry import clause
from boxproof.core.breaches import NotJudged, require
from boxproof.core.verdicts import Cause, Level
from boxproof.targets.abilities import InspectsImage, InspectsProcesses
from boxproof.targets.server_processes import process_lines


@clause(
    "hygiene.not-root",
    Level.MUST,
    "The processes of the container MUST NOT run as root.",
    # Whoever runs boxproof decides as whom a local process runs.
    needs=(InspectsImage, InspectsProcesses),
)
def not_root(processes: InspectsProcesses) -> None:
    seen = processes.processes()
    if not seen:
        raise NotJudged("no process was seen in the container", Cause.UNDECIDED)
    roots = [each for each in seen if each.uid == 0]
    require(not roots, f"{len(roots)} of {len(seen)} processes run as root", process_lines(seen))


@clause(
    "hygiene.read-only-root",
    Level.MUST,
    "The service MUST become ready on a read-only root file system.",
    needs=(InspectsImage,),
    promised=lambda config: config.server is not None and config.server.read_only_root,
)
def read_only_root(image: InspectsImage, read_only_boot: bool | None) -> None:
    # A boot of its own where production's compose file does not ask for a read-only root.
    read_only = image.read_only_root() if read_only_boot is None else read_only_boot
    require(read_only, "the container's root file system can be written to")
