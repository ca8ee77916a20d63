"""A shell script that asks with curl."""

from boxproof.exports.first_steps import Plan, Step
from boxproof.probes.curl import quoted

SCRIPT = """\
#!/usr/bin/env bash
# A smoke test of {service}, made by 'boxproof export curl'.
#   BASE_URL={url} bash smoke.sh
set -u
base=${{BASE_URL:-{url}}}
failed=0

# ask NAME STATUSES PATH CURL-OPTIONS...
ask() {{
    local name=$1 expected=$2 path=$3 status
    shift 3
    status=$(curl -sS -o /dev/null -w '%{{http_code}}' --max-time 60 --path-as-is "$@" "$base$path")
    case " $expected " in
    *" $status "*) echo "ok    $name: $status" ;;
    *) echo "FAIL  $name: $status, expected $expected" && failed=1 ;;
    esac
}}

{asks}
exit "$failed"
"""


def render(plan: Plan) -> str:
    """The script."""
    asks = [f"# left out: {each}" for each in plan.left_out]
    asks += [_ask(step, plan) for step in plan.steps]
    return SCRIPT.format(service=plan.service, url=plan.url, asks="\n".join(asks))


def _ask(step: Step, plan: Plan) -> str:
    words = [step.name, " ".join(map(str, step.statuses)), step.path]
    parts = ["ask", *(quoted(each.encode()) for each in words)]
    if step.method != "GET":
        parts += ["-X", step.method]
    for name, value in step.headers:
        parts += ["-H", quoted(f"{name}: {value}".encode())]
    if step.body:
        parts += ["--data-raw", quoted(step.body)]
    if plan.login is not None:
        value = f"${{{plan.login.variable}}}"
        if plan.login.in_query:
            parts += ["--url-query", f'"{plan.login.name}={value}"']
        else:
            parts += ["-H", f'"{plan.login.name}: {plan.login.prefix}{value}"']
    return " ".join(parts)
