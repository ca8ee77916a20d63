"""Plants faults around a service that stays as it is, and tells which of them a run finds.

    python planted.py FOLDER [FAULT...]      every fault where none is named

Each is judged in a run of its own. A fault is found where a clause is broken in a way in which it
was not broken in two runs without it, with everything else the same: what a service does otherwise
from run to run is no sign of a fault.
"""

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from zlib import crc32

import yaml
from judge import ENVIRONMENT, HERE
from rich.console import Console

from boxproof import runner
from boxproof.config.loading import load
from boxproof.config.operations import ID, Operation, path_pattern
from boxproof.config.options import Config
from boxproof.core.errors import ExitCode
from boxproof.endpoint import Endpoint
from boxproof.faults.network.proxy import Proxy
from boxproof.probes.start_watch import Startup
from boxproof.session import Settings
from boxproof.targets.base import A, Deployment

REQUEST = re.compile(rb"([A-Z]+) (/[^ ]*) HTTP/1\.1\r\n")
ANSWER = re.compile(rb"HTTP/1\.1 (\d)\d\d [^\r]*")
FIRST_NAME = re.compile(rb'\{\s*"([a-z])')
#: One of so many is lost, or hangs.
ONE_OF = 5
#: A shell that hears SIGTERM, and tells its child nothing of it.
DEAF = "trap '' TERM; {} & wait"
BUDGET_SECONDS = 240.0


@dataclass
class Unchanged:
    """Changes nothing of what passes on one connection.

    Attributes:
        seen: what all connections of a deployment have in common.
    """

    config: Config
    seen: dict[str, bytes]
    method: str = ""
    target: str = ""

    def request(self, data: bytes) -> bytes:
        """What the service gets; what is asked for is remembered."""
        if begun := REQUEST.match(data):
            self.method, self.target = begun[1].decode(), begun[2].decode()
        return data

    def answer(self, data: bytes) -> bytes | None:
        """What the client gets."""
        return data

    def asks_for(self, operation: Operation | None) -> bool:
        """Whether the latest request is this one."""
        if operation is None or self.method != operation.method:
            return False
        path = self.target.partition("?")[0]
        return re.fullmatch(operation.path_pattern, path) is not None

    @property
    def reads(self) -> tuple[Operation | None, ...]:
        """How records are read."""
        return tuple(each.read for each in self.config.records.values())


class LostWrite(Unchanged):
    """One record of some is never found, although the service said that it keeps it."""

    def request(self, data: bytes) -> bytes:
        super().request(data)
        for read in filter(self.asks_for, self.reads):
            assert read is not None
            path = self.target.partition("?")[0]
            found = re.fullmatch(path_pattern(read.path.partition("?")[0], ID), path)
            if found and crc32(found[1].encode()) % ONE_OF == 0:
                other = path[: found.end(1) - 1] + ("b" if found[1][-1] == "a" else "a")
                return data.replace(path.encode(), (other + path[found.end(1) :]).encode(), 1)
        return data


class StaleRead(Unchanged):
    """A record is read as it was when it was first read; so is each page of a list."""

    def answer(self, data: bytes) -> bytes | None:
        lists = tuple(each.list for each in self.config.records.values())
        begun = ANSWER.match(data)
        if begun and begun[1] == b"2" and any(map(self.asks_for, (*self.reads, *lists))):
            return self.seen.setdefault(self.target, data)
        return data


class WrongStatus(Unchanged):
    """What a client did wrong returns 200."""

    def answer(self, data: bytes) -> bytes | None:
        begun = ANSWER.match(data)
        return b"HTTP/1.1 200 OK" + data[begun.end() :] if begun and begun[1] == b"4" else data


class Hang(Unchanged):
    """One request of some for work is never answered."""

    def answer(self, data: bytes) -> bytes | None:
        if self.asks_for(self.config.work) and ANSWER.match(data):
            self.seen["count"] = self.seen.get("count", b"") + b"."
            return None if len(self.seen["count"]) % ONE_OF == 0 else data
        return data


class OtherBody(Unchanged):
    """The first field of what work returns is called otherwise."""

    def answer(self, data: bytes) -> bytes | None:
        if not self.asks_for(self.config.work):
            return data
        return FIRST_NAME.sub(lambda found: found[0].upper(), data, count=1)


FAULTS = {
    "none": Unchanged,
    "lost-write": LostWrite,
    "stale-read": StaleRead,
    "wrong-status": WrongStatus,
    "hang": Hang,
    "other-body": OtherBody,
    "ignored-term": Unchanged,
}
#: What is kept is needed for these.
OF_RECORDS = ("lost-write", "stale-read")


@dataclass
class Before:
    """Stands before a deployment, with a fault between it and its clients."""

    kind: type[Unchanged]
    config: Config
    deployment: Deployment
    seen: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tamper = partial(self.kind, self.config, self.seen)
        self._proxy = Proxy(lambda: self.deployment.endpoint.address, tamper)

    @property
    def endpoint(self) -> Endpoint:
        """Where the proxy answers for the deployment."""
        return self.deployment.endpoint.through(self._proxy.address)

    @property
    def startup(self) -> Startup:
        """The deployment's own."""
        return self.deployment.startup

    def ability(self, wanted: type[A]) -> A:
        """The deployment's own."""
        return self.deployment.ability(wanted)

    def close(self) -> None:
        """Remove the deployment; the proxy goes with this process."""
        self.deployment.close()


@contextmanager
def deaf(folder: Path) -> Iterator[Path]:
    """A copy of a service's folder, beside it, whose server is never told of SIGTERM."""
    with tempfile.TemporaryDirectory(dir=HERE, prefix=".planted-") as made:
        copy = Path(made)
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        file = copy / "docker-compose.yml"
        described = yaml.safe_load(file.read_text())
        service = described["services"][load(copy / "boxproof.toml").service.name]
        service["command"] = ["sh", "-c", DEAF.format(service["command"])]
        file.write_text(yaml.safe_dump(described))
        yield copy


def broken(folder: Path, fault: str, console: Console) -> set[tuple[str, str, str]]:
    """What a service breaks with a fault before it: clauses, each with the causes of its findings.

    Raises:
        RuntimeError: it could not be judged.
    """
    if fault == "ignored-term":
        with deaf(folder) as copy:
            return broken(copy, "none", console)
    file = folder / "boxproof.toml"
    with tempfile.TemporaryDirectory() as reports:
        settings = Settings(
            file,
            seed=1,
            report_folder=Path(reports),
            max_examples=10,
            budget_seconds=BUDGET_SECONDS,
            wrap=partial(Before, FAULTS[fault], load(file)),
        )
        code = runner.run(settings, console)
        if code not in (ExitCode.CLEAN, ExitCode.BROKEN, ExitCode.PARTIAL):
            raise RuntimeError(f"{folder.name} with {fault} could not be judged")
        report = json.loads((Path(reports) / "report.json").read_text())
    return {
        (clause["id"], finding["head"], finding["detail"])
        for clause in report["clauses"]
        if clause["verdict"] == "broken"
        for finding in clause["findings"] or [{"head": "", "detail": ""}]
    }


def main() -> int:
    """Judge a service with each fault; how many were not found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=", ".join([*FAULTS][1:]))
    given = parser.parse_args()
    folder = HERE / given.folder
    os.environ.update({**ENVIRONMENT, **os.environ})
    keeps = bool(load(folder / "boxproof.toml").records)
    faults = given.faults or [each for each in [*FAULTS][1:] if keeps or each not in OF_RECORDS]
    console = Console(file=sys.stderr)
    without = broken(folder, "none", console) | broken(folder, "none", console)
    missed = 0
    for fault in faults:
        found = sorted({clause for clause, *_ in broken(folder, fault, console) - without})
        missed += not found
        print(f"{given.folder} {fault}: {', '.join(found) or 'NOT FOUND'}", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main())
