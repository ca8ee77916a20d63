"""The pages under docs/: links lead somewhere, and what the tutorial prints can be used."""

import re
from pathlib import Path

import pytest

from boxproof import config

DOCS = Path(__file__).parents[3] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    """A page that moved would be missed by a reader first."""
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    inside = [each for each in links if not each.startswith("http")]
    assert [each for each in inside if not (page.parent / each).exists()] == []


def test_the_tutorials_configuration_loads(tmp_path: Path) -> None:
    """An option that was renamed would break the first file that a user writes."""
    (block,) = blocks(DOCS / "tutorial.md", "toml")
    file = tmp_path / "boxproof.toml"
    file.write_text(block, encoding="utf-8")
    assert config.load(file).service.name == "notes"


@pytest.mark.parametrize("block", blocks(DOCS / "how-to" / "describe.md", "toml"))
def test_the_services_that_are_described_load(block: str, tmp_path: Path) -> None:
    """They are what a newcomer begins with."""
    (tmp_path / "photo.jpg").touch()
    (tmp_path / "request.json").write_text('{"text": "Hello", "language": null}')
    file = tmp_path / "boxproof.toml"
    file.write_text(block, encoding="utf-8")
    assert config.load(file).work.path.startswith("/")


def test_the_tutorials_mend_differs_by_one_line() -> None:
    """What the reader is told to change stands in the service that they wrote."""
    server, mended = blocks(DOCS / "tutorial.md", "python")
    lines = mended.splitlines()
    lines.remove("        file.flush()")
    assert "\n".join(lines) in server
    compile(server, "server.py", "exec")
