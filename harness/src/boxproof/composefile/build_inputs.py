"""What enters the image build: variables expanded, and only what is there."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from boxproof.composefile.plan import BuildInputs
from boxproof.config.options import Config
from boxproof.core.errors import ConfigError

#: An innermost variable: its default holds none.
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^${}]*))?\}")


def build_inputs(
    config: Config, environment: Mapping[str, str], exists: Callable[[Path], bool]
) -> BuildInputs:
    """The secrets and contexts of ``[build]`` that exist; relative paths start at the root.

    Raises:
        ConfigError: a ``$`` that begins neither ``${NAME}`` nor ``${NAME:-default}``.
    """

    def there(kind: str, values: Mapping[str, str]) -> dict[str, str]:
        paths = {
            name: expanded(value, environment, f"{config.file}: [build.{kind}] {name}")
            for name, value in values.items()
        }
        absolute = {name: config.root / path for name, path in paths.items() if path}
        return {name: str(path) for name, path in absolute.items() if exists(path)}

    return BuildInputs(
        there("secrets", config.build.secrets), there("contexts", config.build.contexts)
    )


def expanded(text: str, environment: Mapping[str, str], place: str) -> str:
    """``text`` with ``${NAME}`` and ``${NAME:-default}`` replaced; a default may hold variables.

    Raises:
        ConfigError: a ``$`` that begins neither.
    """

    def value(found: re.Match[str]) -> str:
        return environment.get(found["name"], "") or found["default"] or ""

    # Innermost first; what a variable holds is taken as it is only if it has no $ itself.
    made = text
    while (shorter := VARIABLE.sub(value, made)) != made:
        made = shorter
    if "$" in made:
        raise ConfigError(f"{place}: {text!r}: write ${{NAME}} or ${{NAME:-default}}")
    return made
