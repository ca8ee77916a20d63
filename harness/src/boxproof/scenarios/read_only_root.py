"""A boot on a read-only root file system, where production's compose file does not ask for one."""

from contextlib import closing

from boxproof.core.errors import BootFailed
from boxproof.scenarios.scheduler import ScenarioContext, background
from boxproof.targets.abilities import InspectsImage
from boxproof.targets.base import Deployment, Variant


def _has_one(shared: Deployment) -> bool:
    return shared.ability(InspectsImage).read_only_root()


@background(needs=InspectsImage, unless=_has_one)
def read_only_boot(context: ScenarioContext) -> bool:
    """Whether the boot had a read-only root; None where the shared deployment has one.

    Raises:
        BootFailed: it did not become ready.
    """
    try:
        deployment = context.target.boot(Variant("a read-only root", read_only_root=True))
    except BootFailed as error:
        raise BootFailed(
            f"on a read-only root file system: {error}",
            log=error.log,
            exit_code_seen=error.exit_code_seen,
            oom_killed=error.oom_killed,
            timed_out=error.timed_out,
        ) from None
    with closing(deployment):
        return _has_one(deployment)
