"""The page's HTML, with what the service alone knows filled in: limits, defaults, keys."""

from dataclasses import asdict
from functools import cache
from html import escape
from string import Template
from typing import Any

from gpt2_service.api.page.assets import content
from gpt2_service.api.schemas import GenerateRequest
from gpt2_service.engine.requests import Sampling
from gpt2_service.keys import KEY_HEADER

NUMBERS = ("max_length", "temperature", "top_p", "top_k", "seed")


@cache
def page(model_name: str, defaults: Sampling, *, keys_required: bool) -> str:
    """Return the page of a service with this model.

    `defaults` is what the model does where a request leaves it open.
    """
    schemas = GenerateRequest.model_json_schema()["properties"]
    filled = {
        "model_name": escape(model_name),
        "prompt_characters": str(schemas["prompt"]["maxLength"]),
        "key_header": KEY_HEADER,
        "key_hidden": "" if keys_required else "hidden",
    }
    for name in NUMBERS:
        filled[name] = _attributes(schemas[name], asdict(defaults).get(name))
        filled[f"{name}_range"] = _range(schemas[name])
    return Template(content("index.html").decode()).substitute(filled)


def _attributes(schema: dict[str, Any], model_default: float | None) -> str:
    """Return an input's attributes; the model's own default is shown and not sent."""
    low, high, _ = _bounds(schema)
    attributes = {"min": low, "max": high}
    if schema["default"] is not None:
        attributes["value"] = schema["default"]
    elif model_default is not None:
        attributes["placeholder"] = model_default
    return " ".join(f'{name}="{value:.16g}"' for name, value in attributes.items())


def _range(schema: dict[str, Any]) -> str:
    low, high, exclusive = _bounds(schema)
    return f"above {low:g}, to {high:g}" if exclusive else f"{low:g} to {high:.16g}"


def _bounds(schema: dict[str, Any]) -> tuple[float, float, bool]:
    """Return the least and the greatest value, and whether the least itself is out."""
    number = next(each for each in schema.get("anyOf", [schema]) if each["type"] != "null")
    exclusive = "exclusiveMinimum" in number
    return number["exclusiveMinimum" if exclusive else "minimum"], number["maximum"], exclusive
