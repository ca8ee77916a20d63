"""What is counted of a document stays bounded, whatever its schemas are."""

from collections import Counter
from typing import Any

from boxproof.drivers.schemathesis import covered
from boxproof.drivers.schemathesis.covered import PARAMETER_KEYWORDS_MOST
from boxproof.drivers.schemathesis.keyword_sides import Place, Side


def test_a_schema_that_branches_at_each_level_is_told_in_part() -> None:
    """What a value has met comes first."""
    node: dict[str, Any] = {"type": "object", "properties": {}}
    node["properties"] = {f"p{number}": {"$ref": "#/x-bundled/node"} for number in range(50)}
    parameter = covered._Parameter(
        "application/json", "body", True, {**node, "x-bundled": {"node": node}}
    )
    parameter.sides[Place("/p49/p49", "type")] = Counter({Side.OUTSIDE: 2})
    told = [*covered._keywords([parameter])]
    assert len(told) == PARAMETER_KEYWORDS_MOST
    assert (told[0].pointer, told[0].outside) == ("/p49/p49", 2)
