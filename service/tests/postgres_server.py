"""A PostgreSQL server for tests: a cluster of its own in a temporary folder, on a unix socket."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from gpt2_service.database_urls import PostgresServer

USER = "gpt2"
#: With characters that a URL escapes, and one that no other text of a test has.
PASSWORD = "pässword @:/?%-never-shown"
MISSING = (
    "--postgres needs a PostgreSQL server's programs: initdb is neither on PATH nor in "
    "/usr/lib/postgresql/*/bin; on Debian, apt-get install postgresql"
)


def programs() -> Path | None:
    """Return the folder of the newest server's programs; None where there is none."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = glob("/usr/lib/postgresql/*/bin/initdb")
    return max((Path(each).parent for each in found), key=_version, default=None)


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdecimal() else 0


class Cluster:
    """A running server; a test makes databases, stops the server, or holds it up."""

    def __init__(self, folder: Path, programs: Path, user: str | None) -> None:
        self.folder = folder
        self._programs = programs
        self._user = user
        self._numbers = count(1)
        password = folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        if user is not None:
            for path in (folder, password):
                shutil.chown(path, user)
        files = (f"--pwfile={password}", f"--pgdata={folder / 'data'}")
        kind = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", f"--username={USER}")
        self._run("initdb", "--no-sync", *kind, *files)
        self.start()

    def start(self) -> None:
        """Start the server, and wait until it takes connections."""
        # What a power cut would lose matters to no test.
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off"
        log = self.folder / "log"
        self._control("start", "--wait", f"--log={log}", f"--options={options}")

    def stop(self) -> None:
        """End every session, and the server."""
        self._control("stop", "--wait", "--mode=immediate")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """No server, for as long as a block takes."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """A server that stands still: connections are made, and no byte is answered."""
        processes = [int((self.folder / "data/postmaster.pid").read_text().split()[0])]
        with self.session() as session:
            mine = session.info.backend_pid
            rows = session.execute("SELECT pid FROM pg_stat_activity WHERE datid IS NOT NULL")
            processes += [pid for (pid,) in rows if pid != mine]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    def session(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """Return a connection that commits every statement."""
        conninfo = make_conninfo("", **self.server(database).parameters)
        return psycopg.connect(conninfo, autocommit=True)

    def new_database(self, options: str = "") -> PostgresServer:
        """Return a database with nothing in it."""
        name = f"test{next(self._numbers)}"
        with self.session() as session:
            session.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}".encode())
        return self.server(name)

    def emptied(self, database: PostgresServer) -> PostgresServer:
        """Return the database without what is in it, sooner than a new one is made."""
        with self.session(database.parameters["dbname"]) as session:
            session.execute("DROP SCHEMA public CASCADE")
            session.execute("CREATE SCHEMA public")
        return database

    def server(self, database: str) -> PostgresServer:
        """Return where a database is."""
        return PostgresServer(
            {"host": str(self.folder), "user": USER, "password": PASSWORD, "dbname": database}
        )

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", f"--pgdata={self.folder / 'data'}", "--silent", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        # The server keeps what it is given as its output.
        with (self.folder / "output").open("ab") as output:
            subprocess.run(
                command, check=True, user=self._user, cwd="/", stdout=output, stderr=output
            )


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Run a server for as long as a block takes; root, as whom none runs, becomes another user."""
    folder = programs()
    assert folder is not None, MISSING
    user = None
    if os.geteuid() == 0:
        users = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in users else "nobody"
    # Short, for the path of a socket is, and open to that user.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as made:
        cluster = Cluster(Path(made), folder, user)
        try:
            yield cluster
        finally:
            cluster.stop()
