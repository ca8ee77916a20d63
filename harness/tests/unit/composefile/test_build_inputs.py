"""What enters the build is expanded as compose does it, and only what is there."""

from dataclasses import replace
from pathlib import Path

import pytest

from boxproof.composefile.build_inputs import build_inputs, expanded
from boxproof.config.options import Build, Config
from boxproof.core.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("plain", "plain"),
        ("${SET}", "set"),
        ("a/${SET}/b", "a/set/b"),
        ("${UNSET}", ""),
        ("${UNSET:-default}", "default"),
        ("${EMPTY:-default}", "default"),
        ("${SET:-default}", "set"),
        ("${UNSET:-${SET}}", "set"),
        ("${UNSET:-${EMPTY:-inner}}", "inner"),
        ("${UNSET:-}", ""),
    ],
)
def test_expanded(text: str, made: str) -> None:
    """Variables with and without defaults, nested ones too."""
    assert expanded(text, {"SET": "set", "EMPTY": ""}, "here") == made


@pytest.mark.parametrize("text", ["$SET", "${SET", "${SET:?no}", "${}"])
def test_refused(text: str) -> None:
    """Any other dollar is refused with the place and the value."""
    with pytest.raises(ConfigError, match=r"here: .*write \$\{NAME\}"):
        expanded(text, {"SET": "set"}, "here")


def test_a_value_is_no_pattern() -> None:
    """A dollar in a variable's value is refused, not expanded without end."""
    with pytest.raises(ConfigError):
        expanded("${LOOP}", {"LOOP": "$LOOP"}, "here")


def test_only_what_exists(tmp_path: Path, config: Config) -> None:
    """A file that is not there is left out, for a build would fail for it; paths are absolute."""
    (tmp_path / "wheels").mkdir()
    build = Build(
        secrets={"ca": "/nowhere/ca.crt", "none": "${UNSET}"},
        contexts={"wheels": "${WHEELS:-wheels}", "other": "other"},
    )
    config = replace(config, root=tmp_path, build=build)
    inputs = build_inputs(config, {}, Path.exists)
    assert inputs.secrets == {}
    assert inputs.contexts == {"wheels": str(tmp_path / "wheels")}
