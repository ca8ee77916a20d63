"""``boxproof run --keep``: what stays after a breach, and until when."""

import re
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from plugin.conftest import Boxproof

from boxproof.targets import run_lock

ONE = ("run", "--target", "process", "-k")


@pytest.fixture
def keeping(boxproof_command: Boxproof, monkeypatch: pytest.MonkeyPatch) -> Iterator[Boxproof]:
    """The command, with locks of its own, so that no other test removes what it keeps."""
    monkeypatch.setenv("TMPDIR", str(boxproof_command.folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield boxproof_command
    run_lock.clean()


def break_it(command: Boxproof) -> None:
    config = command.config
    config.write_text(config.read_text().replace("apps.good", "apps.smoke.no_allow"))


def test_nothing_is_kept_where_nothing_is_broken(keeping: Boxproof) -> None:
    """It costs nothing to ask for it always."""
    code, out, _ = keeping.run(*ONE, "wrong-method", "--keep")
    assert (code, "was kept" in out) == (0, False)
    assert run_lock.kept_runs() == []


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize(
    ("words", "stopped"), [("wrong-method", False), ("wrong-method or kill", True)]
)
def test_what_broke_a_clause_is_kept_until_it_is_cleaned(
    keeping: Boxproof, words: str, stopped: bool
) -> None:
    """A later run leaves it, and so does Ctrl-C after the breach."""
    mended = keeping.config.read_text()
    break_it(keeping)
    process = keeping.start(*ONE, words, "--keep")
    assert process.stdout is not None
    out = ""
    for line in process.stdout:
        if stopped and "broken" in line and "broken" not in out:
            process.send_signal(signal.SIGINT)
        out += line
    assert process.wait(60) == (130 if stopped else 1), out
    told = dict(re.findall(r"^  (\S.*?): +(\S.*)$", out[out.index("was kept") :], re.MULTILINE))
    health = f"{told['address']}/health"
    assert requests.get(health, timeout=5).status_code == 200
    assert "listening" in Path(told["log"]).read_text()
    assert told["removed by"] == "boxproof clean"
    assert keeping.report()["run"]["interrupted"] is stopped
    keeping.config.write_text(mended)
    code, out, _ = keeping.run(*ONE, "wrong-method")
    assert (code, "was kept; 'boxproof clean' removes it" in out) == (0, True)
    assert requests.get(health, timeout=5).status_code == 200
    code, out, _ = keeping.run("clean")
    assert f"process group {told['process']} " in out
    with pytest.raises(requests.ConnectionError):
        requests.get(health, timeout=5)
    assert not Path(told["log"]).exists()


def test_what_runs_elsewhere_is_not_kept(keeping: Boxproof) -> None:
    """It stays anyway."""
    code, out, err = keeping.run("run", "--url", "http://127.0.0.1:9", "--keep")
    assert (code, out) == (2, "")
    assert err == "boxproof: --keep: the url target boots nothing; leave --keep out\n"
