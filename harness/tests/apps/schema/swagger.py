"""Describes its operations as Swagger 2.0 does, below a ``basePath``."""

import json
from typing import Any

from apps.document import openapi
from apps.prefork import Master
from apps.schema.below_base import BASE, BelowBase


class Swagger(BelowBase):
    def described(self) -> dict[str, Any]:
        newer = openapi()
        schemas = newer.pop("components")["schemas"]
        schemas["Health"]["properties"]["status"] = {"enum": ["healthy"]}
        del schemas["Wanted"]["examples"]
        for path in newer["paths"].values():
            for operation in path.values():
                _as_swagger(operation)
        del newer["openapi"]
        older = {"swagger": "2.0", **newer, "basePath": BASE, "definitions": schemas}
        text = json.dumps(older).replace("#/components/schemas/", "#/definitions/")
        described: dict[str, Any] = json.loads(text)
        return described


def _as_swagger(operation: dict[str, Any]) -> None:
    operation["produces"] = operation["consumes"] = ["application/json"]
    for answer in operation["responses"].values():
        answer["schema"] = answer.pop("content")["application/json"]["schema"]
    for parameter in operation.get("parameters", ()):
        parameter |= parameter.pop("schema")
    body = operation.pop("requestBody", None)
    if body is not None:
        schema = body["content"]["application/json"]["schema"]
        parameter = {"name": "body", "in": "body", "required": True, "schema": schema}
        operation["parameters"] = [parameter]


if __name__ == "__main__":
    Master(Swagger).run()
