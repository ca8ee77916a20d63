"""Tiny wheels, made without a build backend."""

import zipfile
from pathlib import Path


def write_wheel(folder: Path, name: str, version: str, requires: str = "") -> Path:
    """Write a wheel of one empty module `name`, that may require another; return its path."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    if requires:
        metadata.append(f"Requires-Dist: {requires}")
    files = {
        "METADATA": "\n".join(metadata) + "\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        for file, content in files.items():
            wheel.writestr(f"{name}-{version}.dist-info/{file}", content)
    return path
