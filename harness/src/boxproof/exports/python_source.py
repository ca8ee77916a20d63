"""Steps as Python writes them, for the formats that are Python."""

from boxproof.exports.first_steps import Login, Plan, Step


def listed(plan: Plan, indent: str = "    ") -> str:
    """The steps as items of a list, one a line, each ``(name, method, path, headers, body,
    statuses, weight)``.
    """
    return "\n".join(f"{indent}{_tuple(step)}," for step in plan.steps)


def _tuple(step: Step) -> str:
    headers = dict(step.headers)
    fields = (step.name, step.method, step.path, headers, step.body, step.statuses, step.weight)
    return f"({', '.join(map(repr, fields))})"


def login(given: Login | None) -> tuple[str, str]:
    """The headers, and the query parameters, that let requests in: an expression each."""
    if given is None:
        return "{}", "{}"
    value = f"os.environ[{given.variable!r}]"
    pair = f"{{{given.name!r}: {f'{given.prefix!r} + ' if given.prefix else ''}{value}}}"
    return ("{}", pair) if given.in_query else (pair, "{}")


def notes(plan: Plan) -> str:
    """A comment for each thing that is left out."""
    return "".join(f"# Left out: {each}.\n" for each in plan.left_out)
