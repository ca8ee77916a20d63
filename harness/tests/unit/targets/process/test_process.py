"""The process target: boots, stops and kills the good toy, and leaves nothing of it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import requests
from apps.judging import TESTS

from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Process, Server, Service
from boxproof.config.options import Limits as LimitOptions
from boxproof.core.breaches import NotJudged
from boxproof.core.errors import BootFailed, ConfigError, EngineError
from boxproof.journal import Journal
from boxproof.targets import abilities
from boxproof.targets.abilities import (
    InspectsImage,
    InspectsProcesses,
    Kills,
    OutlivesRun,
    Pauses,
    ReadsLogs,
    Restarts,
    SamplesUsage,
    TimesLogs,
    WaitsForExit,
)
from boxproof.targets.base import Variant
from boxproof.targets.process import ProcessTarget
from boxproof.targets.process_identity import start_of
from boxproof.targets.run_lock import Run, sweep
from boxproof.targets.server_processes import tree_of

TOY = (sys.executable, "-m", "apps.good")
#: A server whose process outlives it, and tells its own id.
SPLITS = "import os, time; pid = os.fork(); print(pid or os.getpid(), flush=True); time.sleep(60)"


class Bench:
    """A run with process targets of a test's own."""

    def __init__(self, folder: Path) -> None:
        self.run = Run(folder)
        self.journal = Journal(folder / "journal.jsonl")
        self.said: list[str] = []
        self.described = Process(TOY, {"PYTHONPATH": str(TESTS), "DATA": "{data}"})
        self.config = Config(
            root=folder,
            service=Service("toy", 8000),
            work=ValidRequest("/say", body={"prompt": "Hello"}),
            server=Server("apps", workers_variable="WORKERS", workers=2, port_variable="PORT"),
            limits=LimitOptions(boot_seconds=20, stop_seconds=5, refuse_seconds=10),
        )

    def target(self, *command: str, prepare: tuple[tuple[str, ...], ...] = ()) -> ProcessTarget:
        """A target of the toy, or of another command."""
        described = replace(self.described, command=command or TOY, prepare=prepare)
        config = replace(self.config, process=described)
        return ProcessTarget(config, self.journal, self.run, self.said.append)


@pytest.fixture
def bench(own_tmpdir: Path) -> Iterator[Bench]:
    """In a folder of the test's own."""
    made = Bench(own_tmpdir)
    yield made
    made.run.close()
    made.journal.close()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A program that is none of the run's."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def status(base_url: str, path: str) -> int:
    """What a GET is answered."""
    return requests.get(base_url + path, timeout=10).status_code


def test_a_boot_is_ready_and_close_leaves_nothing(bench: Bench) -> None:
    """It answers on a loopback port of its own; afterwards no process and no file is left."""
    target = bench.target()
    deployment = target.boot(Variant())
    assert deployment.endpoint.url.startswith("http://127.0.0.1:")
    assert status(deployment.endpoint.url, "/health") == 200
    assert deployment.startup.seconds > 0
    target.close()
    target.close()
    with pytest.raises(requests.ConnectionError):
        status(deployment.endpoint.url, "/health")
    assert list(bench.run.folder.iterdir()) == []


def test_every_line_of_the_log_has_its_time(bench: Bench) -> None:
    """Those of the servers before this one, too."""
    deployment = bench.target().boot(Variant())
    first = deployment.startup
    deployment.ability(Restarts).stop()
    second = deployment.ability(Restarts).start()
    lines = deployment.ability(TimesLogs).lines()
    assert [each.text for each in lines] == deployment.ability(ReadsLogs).logs().splitlines()
    listening = [each.at for each in lines if "listening" in each.text]
    assert [first.began < listening[0], second.began < listening[1]] == [True, True]
    assert listening[0] < second.began


def test_the_deployment_offers_what_the_target_says(bench: Bench) -> None:
    """Clauses trust Target.offers; what it lacks is told in plain words."""
    target = bench.target()
    deployment = target.boot(Variant())
    assert {each for each in abilities.every() if target.offers(each)} == {
        InspectsProcesses,
        Kills,
        OutlivesRun,
        Pauses,
        ReadsLogs,
        Restarts,
        SamplesUsage,
        TimesLogs,
        WaitsForExit,
    }
    assert deployment.ability(Kills) is deployment
    with pytest.raises(NotJudged, match="the process target cannot inspect the image"):
        deployment.ability(InspectsImage)


def test_the_configured_number_of_workers_is_asked_for(bench: Bench) -> None:
    """server.workers stands in the variable that server.workers_variable names."""
    deployment = bench.target().boot(Variant())
    assert '"workers": 2' in deployment.logs()
    other = bench.target().boot(Variant("WORKERS=1", {"WORKERS": "1"}))
    assert '"workers": 1' in other.logs()


def test_stop_is_clean_and_start_keeps_data_and_log(bench: Bench) -> None:
    """SIGTERM lets the server end with 0; its records and its earlier log are there again."""
    deployment = bench.target().boot(Variant())
    made = requests.post(f"{deployment.endpoint.url}/say", json={"prompt": "Hi"}, timeout=10).json()
    exit = deployment.stop()
    assert exit.code == 0
    assert exit.seconds < 5
    deployment.start()
    assert status(deployment.endpoint.url, f"/records/{made['id']}") == 200
    assert deployment.logs().count('"listening"') == 2
    assert '"listening"' in exit.log


def test_kill_ends_every_process_with_137(bench: Bench) -> None:
    """Workers too, which a signal to the master alone would leave behind."""
    served = bench.target().boot(Variant())
    exit = served.kill()
    assert exit.code == 128 + signal.SIGKILL
    with pytest.raises(requests.ConnectionError):
        status(served.endpoint.url, "/health")
    served.start()
    assert status(served.endpoint.url, "/health") == 200


def test_its_processes_are_the_master_and_its_workers(bench: Bench) -> None:
    """With the ids that this machine knows them by; the first one is what was started."""
    deployment = bench.target().boot(Variant())
    tree = tree_of(deployment.processes(), r"-m apps\.good")
    assert tree.master.pid == deployment.first_process()
    assert len(tree.workers) == 2
    assert tree.master.uid == os.getuid()


def test_a_signal_goes_to_a_process_of_the_server_and_to_no_other(
    bench: Bench, sleeper: subprocess.Popen[bytes]
) -> None:
    """Whatever id a clause names: another program's is left alone."""
    deployment = bench.target().boot(Variant())
    worker = tree_of(deployment.processes(), r"-m apps\.good").workers[0]
    deployment.signal_process(worker.pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(worker.pid)] if psutil.pid_exists(worker.pid) else [], 10)
    assert start_of(worker.pid) is None
    with pytest.raises(ProcessLookupError, match="is not one of this server's"):
        deployment.signal_process(sleeper.pid, signal.SIGKILL)
    assert sleeper.poll() is None


def test_a_paused_server_answers_nobody_until_it_is_resumed(bench: Bench) -> None:
    """Master and workers stand still; to resume twice does no harm."""
    deployment = bench.target().boot(Variant())
    deployment.pause()
    pids = [each.pid for each in deployment.processes()]
    assert {psutil.Process(pid).status() for pid in pids} == {psutil.STATUS_STOPPED}
    with pytest.raises(requests.Timeout):
        requests.get(deployment.endpoint.at("/health"), timeout=0.3)
    deployment.resume()
    deployment.resume()
    assert status(deployment.endpoint.url, "/health") == 200


def test_the_end_of_a_server_is_waited_for(bench: Bench) -> None:
    """None while it runs; then how it ended, and its workers are gone as well."""
    deployment = bench.target().boot(Variant())
    assert deployment.ended(0) is None
    deployment.signal_process(deployment.first_process(), signal.SIGKILL)
    exit = deployment.ended(10)
    assert exit is not None
    assert exit.code == 128 + signal.SIGKILL
    assert deployment.processes() == ()


def test_a_start_while_it_runs_ends_what_ran(bench: Bench) -> None:
    """As a fault heals that failed before it did anything: two servers never share the data."""
    deployment = bench.target().boot(Variant())
    before = deployment.first_process()
    deployment.start()
    assert start_of(before) is None
    assert status(deployment.endpoint.url, "/health") == 200


def test_processes_that_outlive_the_server_are_ended(bench: Bench) -> None:
    """The whole group goes when the boot has failed, whoever of it is left."""
    bench.config = replace(bench.config, limits=LimitOptions(boot_seconds=1))
    with pytest.raises(BootFailed, match=r"not ready after 1 s") as failed:
        bench.target(sys.executable, "-c", SPLITS).boot(Variant())
    pids = [int(line) for line in failed.value.log.split()]
    assert len(pids) == 2
    assert [start_of(pid) for pid in pids] == [None, None]


def test_a_refusal_is_an_exit_with_its_log(bench: Bench) -> None:
    """boot_to_exit hands the code and the server's own words on."""
    exit = bench.target().boot_to_exit(Variant("WORKERS=many", {"WORKERS": "many"}))
    assert exit is not None
    assert exit.code == 2
    assert "WORKERS is 'many'" in exit.log


def test_what_becomes_ready_has_not_refused(bench: Bench) -> None:
    """boot_to_exit gives None at once, not at its limit, and leaves nothing."""
    assert bench.target().boot_to_exit(Variant()) is None
    assert list(bench.run.folder.iterdir()) == []


def test_a_failed_boot_says_the_exit_code_and_shows_the_log(bench: Bench) -> None:
    """Signals are told as shells do."""
    command = "import os; print('going', flush=True); os.kill(os.getpid(), 11)"
    with pytest.raises(BootFailed, match="ended with exit code 139") as failed:
        bench.target(sys.executable, "-c", command).boot(Variant())
    assert failed.value.exit_code_seen == 139
    assert "going" in failed.value.log


def test_a_port_that_was_taken_meanwhile_is_no_failure(bench: Bench) -> None:
    """A server that could not bind is started again on another port."""
    command = (
        "import os, pathlib, runpy, sys\n"
        "seen = pathlib.Path(os.environ['DATA'], 'seen')\n"
        "first = not seen.exists(); seen.touch()\n"
        "sys.exit('OSError: Address already in use') if first else None\n"
        "runpy.run_module('apps.good', run_name='__main__')\n"
    )
    deployment = bench.target(sys.executable, "-c", command).boot(Variant())
    assert status(deployment.endpoint.url, "/health") == 200


def test_a_command_that_is_not_there_is_one_line(bench: Bench) -> None:
    """It names the setting, the value and the next step."""
    with pytest.raises(ConfigError, match=r"process\.command: 'no-such-server'.*PATH"):
        bench.target("no-such-server").boot(Variant())


def test_prepare_runs_once_and_is_shown(bench: Bench) -> None:
    """Two boots, one preparation."""
    script = (sys.executable, "-c", "print('preparing')")
    target = bench.target(prepare=(script,))
    target.boot(Variant()).close()
    target.boot(Variant()).close()
    assert bench.said.count("preparing") == 1


def test_a_failed_preparation_shows_what_it_said(bench: Bench) -> None:
    """As a failed image build does."""
    script = (sys.executable, "-c", "print('no room'); raise SystemExit(3)")
    with pytest.raises(BootFailed, match="exit code 3") as failed:
        bench.target(prepare=(script,)).prepare()
    assert failed.value.log == "no room"


def test_closing_ends_a_boot_that_is_under_way(bench: Bench) -> None:
    """An interrupted run does not wait for the limit of a boot in the background."""
    started = threading.Event()
    failures: list[BootFailed] = []
    target = bench.target(sys.executable, "-c", "import time; time.sleep(60)")

    def boot() -> None:
        try:
            target.boot(Variant())
        except BootFailed as error:
            failures.append(error)

    bench.journal.listen(lambda entry: started.set() if entry.kind == "boot" else None)
    thread = threading.Thread(target=boot)
    thread.start()
    assert started.wait(10)
    target.close()
    thread.join(10)
    assert len(failures) == 1
    with pytest.raises(EngineError, match="the run is ending"):
        target.boot(Variant())


def test_a_run_that_dies_by_sigkill_leaves_its_server_to_the_next(bench: Bench) -> None:
    """The server is noted with the run, so that a sweep finds and ends it."""
    pid = os.fork()
    if pid == 0:
        run = Run(bench.config.root)
        config = replace(bench.config, process=bench.described)
        deployment = ProcessTarget(config, bench.journal, run, print).boot(Variant())
        (bench.config.root / "url").write_text(deployment.endpoint.url)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    url = (bench.config.root / "url").read_text()
    assert status(url, "/health") == 200
    assert any("process group" in line for line in sweep())
    with pytest.raises(requests.ConnectionError):
        status(url, "/health")
