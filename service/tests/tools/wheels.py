"""Tiny wheels, made without a build backend."""

import zipfile
from pathlib import Path


def write_wheel(folder: Path, name: str, version: str) -> Path:
    """Write a wheel of one empty module `name` and return its path."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        for file, content in files.items():
            wheel.writestr(f"{name}-{version}.dist-info/{file}", content)
    return path
