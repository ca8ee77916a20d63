"""A run that is interrupted ends at once, whatever it waits for in the background."""

import signal
import subprocess

import pytest
import requests
from plugin.conftest import Boxproof

from boxproof import journal
from boxproof.journal.entries import BecameReady

#: How long a service of the test keeps the background waiting, and what the end of a run may take:
#: the one is far from the other.
WAIT_SECONDS = 120
END_SECONDS = 10


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nobody_waits_for_the_background(
    boxproof_command: Boxproof, number: signal.Signals
) -> None:
    """Neither its time limits nor its threads keep the run, and none of its servers is left."""
    config = boxproof_command.config
    text = config.read_text().replace("apps.good", "apps.lifecycle.late_once")
    text = text.replace("DATA =", f'LATE = "always", LATE_SECONDS = "{WAIT_SECONDS}", DATA =')
    text = text.replace("refuse_seconds = 10", f"refuse_seconds = {WAIT_SECONDS}")
    text = text.replace("stop_seconds", "request_seconds = 1\nstop_seconds")
    config.write_text(f'{text}\n[server]\nmaster = "x"\nbad_setting = {{ WORKERS = "many" }}\n')
    process = boxproof_command.start("run", "--target", "process", "-k", "bad-setting")
    entries = boxproof_command.folder / "report" / "journal.jsonl"
    assert process.stdout is not None
    for line in process.stdout:
        if "WORKERS=many" in line:
            break
    process.send_signal(number)
    try:
        out, err = process.communicate(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == 130, out + err
    for each in journal.read(entries):
        if isinstance(each.entry, BecameReady):
            with pytest.raises(requests.ConnectionError):
                requests.get(each.entry.url, timeout=5)
