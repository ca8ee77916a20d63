"""Prints the OpenAPI document: `python -m gpt2_service.openapi > openapi.json`."""

import json

from gpt2_service.app import create_app
from gpt2_service.engine.scripted import ScriptedModel
from gpt2_service.settings import load_settings


def document() -> str:
    """Return the document as it is committed; no setting has a part in it."""
    app = create_app(load_settings({}), ScriptedModel())
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(document(), end="")
