"""A seed fixes the requests, whatever lies around on the machine."""

import shutil
from pathlib import Path

import pytest
from apps import good
from apps.good import Service
from apps.prefork import Settings
from apps.schema.broken import Crashing
from apps.schema.fuzzed import fuzzer
from apps.schema.serving import served
from apps.schema.steady import CountingStore, Steady

import boxproof

OF_THE_CASE = ("host", "x-schemathesis-testcaseid")
Request = tuple[str, str, tuple[tuple[str, str], ...], bytes]


class SteadilyCrashing(Crashing):
    store_class = CountingStore


def requests(service_class: type[Service], folder: Path, seed: int) -> list[Request]:
    """What a fuzzed service is asked, in order, without what is another at every run."""
    service = service_class(Settings("127.0.0.1", 0, 1, folder, None))
    with served(service.respond) as server:
        fuzzer(server.url, folder, seed=seed).results()
        port = f":{server.server_port}"
        return [
            (
                each.method,
                each.target.replace(port, ""),
                tuple(item for item in each.headers.items() if item[0] not in OF_THE_CASE),
                each.body,
            )
            for each in server.asked
        ]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> list[Request]:
    """What seed 7 sends."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(good, "STEP_SECONDS", 0.0)
        return requests(Steady, tmp_path_factory.mktemp("first"), 7)


def test_same_seed_sends_the_same_requests_and_another_does_not(
    tmp_path: Path, first: list[Request]
) -> None:
    """All four phases, request by request."""
    assert len(first) > 100
    assert requests(Steady, tmp_path / "b", 7) == first
    assert requests(Steady, tmp_path / "c", 8) != first


def test_what_an_earlier_run_left_changes_nothing(tmp_path: Path) -> None:
    """Not even failures, which Hypothesis would try first again, in the same folder."""
    fresh = requests(SteadilyCrashing, tmp_path, 7)
    assert requests(SteadilyCrashing, tmp_path, 7) == fresh


def test_surroundings_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: list[Request]
) -> None:
    """Nor a profile for CI, a hash seed, a Schemathesis file, or a database in the folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PYTHONHASHSEED", "4711")
    monkeypatch.setenv("SCHEMATHESIS_HOOKS", "no.such.module")
    for folder in (tmp_path, tmp_path / "b" / "fuzzing"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "schemathesis.toml").write_text("seed = 1\n[generation]\nmax-examples = 1\n")
    assert requests(Steady, tmp_path / "b", 7) == first


def test_constants_of_edited_sources_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: list[Request]
) -> None:
    """Hypothesis draws constants from modules outside site-packages; here it must not."""
    source = Path(boxproof.__file__).parent
    edited = tmp_path / "edited" / "boxproof"
    shutil.copytree(source, edited, ignore=shutil.ignore_patterns("__pycache__"))
    constants = ", ".join([*map(str, range(11, 199)), *(f"'{word}é'" for word in "abcdefghij")])
    marked = edited / "drivers" / "schemathesis" / "wire.py"
    marked.write_text(marked.read_text() + f"\n\nMORE = ({constants})\n")
    monkeypatch.setattr(boxproof, "__file__", str(edited / "__init__.py"))
    assert requests(Steady, tmp_path / "b", 7) == first
