"""What people read says things as a native speaker would: mended phrases do not come back."""

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
READ = (".md", ".py", ".toml", ".yml")
#: What was written once, and what is written instead.
MENDED = {
    r"(?<!there )\b(?:is|are) no (?:JSON|TOML|YAML|database|port|folder|valid|array)": "is not …",
    r"\b(?:was|were|is|are) answered (?:with )?(?:a )?[1-5][0-9]{2}\b": "returned …",
    r"\boffers no \w+": "does not support …",
    r"\btells? of the inside": "leaks internals",
    r"\bwithout a word\b": "without output",
    r"this ends by itself": "please wait",
    r"\breads otherwise\b": "differs",
    r"\bnone of our business\b": "ignored",
}


def written() -> list[Path]:
    """Every committed text of both projects but this one."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    files = [ROOT / name for name in listed.splitlines() if name.endswith(READ)]
    return [each for each in files if each != Path(__file__).resolve() and each.is_file()]


def test_mended_phrases_do_not_come_back() -> None:
    """Neither in messages nor in docstrings nor in pages."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()} (write: {instead})"
        for path in written()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for phrase, instead in MENDED.items()
        if re.search(phrase, line)
    ]
    assert not found, "\n".join(found)


def test_messages_name_the_file_that_was_loaded() -> None:
    """``--config`` may name another one than ``boxproof.toml``, which is only the default."""
    source = ROOT / "harness/src/boxproof"
    found = [
        f"{path.relative_to(source)}:{each.lineno}"
        for path in source.rglob("*.py")
        if not path.is_relative_to(source / "cli")
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.JoinedStr | ast.Raise)
        for said in ast.walk(each)
        if isinstance(said, ast.Constant) and "boxproof.toml" in str(said.value)
    ]
    assert not found, "\n".join(found)
