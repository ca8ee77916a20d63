"""Which services of the compose file are taken away from the judged one in turn."""

from collections.abc import Mapping
from typing import Any

from boxproof.config.options import Config

#: The condition of a service that does its work once and ends, such as a migration.
ENDS = "service_completed_successfully"


def neighbours(production: Mapping[str, Any], config: Config) -> tuple[str, ...]:
    """The services that ``boxproof.toml`` names; else those that the judged one depends on.

    Of these only what goes on running: what has ended already can be missed by nobody.
    https://docs.docker.com/reference/compose-file/services/#depends_on
    """
    service = config.service
    if service.neighbours is not None:
        return service.neighbours
    wanted = production["services"][service.name].get("depends_on") or {}
    return tuple(name for name, how in wanted.items() if how.get("condition") != ENDS)
