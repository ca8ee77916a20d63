"""Ids that clauses once had: none is ever used again, and each says what it is called now."""

import re

from boxproof.core.errors import ConfigError
from boxproof.core.retired_ids import RETIRED

#: What stands between the ids of an expression such as ``a.b and not c.d``.
BETWEEN = re.compile(r"[^a-z0-9.-]+")


def check(expression: str) -> None:
    """Refuse an id, or an expression with ids in it, that names a clause as it was once called.

    Raises:
        ConfigError: it does; says the name of today.
    """
    for each in BETWEEN.split(expression):
        if each in RETIRED:
            raise ConfigError(f"clause {each!r} has another id now: {RETIRED[each]!r}")
