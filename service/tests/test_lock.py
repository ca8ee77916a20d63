"""The versions that the image is built with."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

SERVICE = Path(__file__).parents[1]


def test_the_lock_has_what_the_project_asks_for() -> None:
    """Every requirement but torch, which `install_torch.py` installs, at a version it allows."""
    project = tomllib.loads((SERVICE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    asked = map(
        Requirement, [*project["dependencies"], *(one for extra in extras for one in extra)]
    )
    lock = (SERVICE / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==(\S+) \\$", lock, re.MULTILINE))
    unmet = [
        str(one)
        for one in asked
        if one.name != "torch" and not one.specifier.contains(locked.get(one.name, "0"), True)
    ]
    assert not unmet


def test_everything_locked_has_a_hash() -> None:
    """And comes from no particular index."""
    lock = (SERVICE / "requirements.lock").read_text(encoding="utf-8")
    for entry in re.split(r"^(?=\w)", lock, flags=re.MULTILINE):
        assert not entry or re.match(r"\S+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", entry), entry
    assert "//" not in lock
