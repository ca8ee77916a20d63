"""A Postman collection, which Newman runs too.

Form: https://schema.getpostman.com/json/collection/v2.1.0/collection.json.
"""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from boxproof.exports.first_steps import Plan, Step

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
TEST = (
    "pm.test('returns {told}', () => "
    "pm.expect(pm.response.code, pm.response.text()).to.be.oneOf([{statuses}]));"
)


def render(plan: Plan) -> str:
    """The collection; its variable ``base_url`` says where the service is.

    What cannot be text, such as a picture in a form, is left out.
    """
    told = [f"Left out: {each}." for each in plan.left_out]
    items = []
    for step in plan.steps:
        try:
            items.append(_item(step, plan))
        except UnicodeDecodeError:
            told.append(f"Left out: {step.name}, whose body is not text.")
    variables = [{"key": "base_url", "value": plan.url}]
    if plan.login is not None:
        variables.append({"key": plan.login.variable, "value": ""})
    collection = {
        "info": {
            "name": plan.service,
            "description": "\n".join(["Made by 'boxproof export postman'.", *told]),
            "schema": SCHEMA,
        },
        "variable": variables,
        "item": items,
    }
    return json.dumps(collection, indent=2, ensure_ascii=False) + "\n"


def _item(step: Step, plan: Plan) -> dict[str, Any]:
    statuses = ", ".join(map(str, step.statuses))
    test = TEST.format(told=statuses.replace(", ", " or "), statuses=statuses)
    headers = [{"key": name, "value": value} for name, value in step.headers]
    parts = urlsplit(step.path)
    query = [{"key": name, "value": value} for name, value in parse_qsl(parts.query, True)]
    if plan.login is not None:
        value = f"{plan.login.prefix}{{{{{plan.login.variable}}}}}"
        (query if plan.login.in_query else headers).append({"key": plan.login.name, "value": value})
    url: dict[str, Any] = {
        "raw": "{{base_url}}" + step.path,
        "host": ["{{base_url}}"],
        "path": parts.path.lstrip("/").split("/"),
    }
    if query:
        url["query"] = query
    request: dict[str, Any] = {"method": step.method, "header": headers, "url": url}
    if step.body:
        request["body"] = {"mode": "raw", "raw": step.body.decode()}
    return {
        "name": step.name,
        "request": request,
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": [test]}}],
    }
