"""What a volume's life has not shown is not judged."""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from unit.scenarios.bench import Bench, InFront

from boxproof.clauses.persistence.shared_volumes import old_schema_migrates, two_on_one_volume
from boxproof.clauses.persistence.survives import survives_recreate
from boxproof.clauses.persistence.volume import volume_keeps
from boxproof.config.operations import Delete, Read, Records, Update
from boxproof.config.options import Upgrade
from boxproof.core.breaches import Breach, NotJudged
from boxproof.core.errors import BootFailed
from boxproof.core.verdicts import Cause
from boxproof.probes.start_watch import Startup
from boxproof.scenarios.volume_life import VolumeLife
from boxproof.targets.abilities import Restarts
from boxproof.targets.base import Deployment, Target, Variant

Second = Callable[[Target], Deployment]


def database() -> Path:
    """The file of the one deployment that there is."""
    (file,) = Path(tempfile.gettempdir()).rglob("records.db")
    return file


class Sharing:
    """A target whose second deployment is what a test says."""

    def __init__(self, target: Target, second: Second) -> None:
        self._target = target
        self._second = second

    def boot(self, variant: Variant) -> Deployment:
        plain = replace(variant, files={})
        return self._target.boot(plain) if variant.shares is None else self._second(self._target)


def shared(bench: Bench, second: Second) -> None:
    """Judge a second container on a volume."""
    context = bench.context()
    target = cast("Target", Sharing(context.target, second))
    life = VolumeLife(replace(context, target=target))
    two_on_one_volume(life.shared_volume())


def beside(target: Target) -> Deployment:
    """A second server on the data of the first."""
    return target.boot(Variant("second", {"DATA": str(database().parent)}))


def refused(_: Target) -> Deployment:
    """A second server that says why it does not start."""
    raise BootFailed("it ended", log="the database is in use", exit_code_seen=3)


def refused_too_late(target: Target) -> Deployment:
    """One that has emptied the database by then."""
    with closing(sqlite3.connect(database())) as opened, opened:
        opened.execute("DELETE FROM records")
    return refused(target)


class Remade(InFront):
    """A new container on the same volume is a new start on the same folder."""

    def recreate(self, *, keep_volume: bool) -> Startup:
        assert keep_volume
        restarts: Restarts = self.behind.ability(Restarts)
        restarts.stop()
        return restarts.start()


class First(InFront):
    """Answers at the first one's address, and goes without it."""

    def close(self) -> None:
        pass


def test_deletes_that_a_new_container_forgets_are_lost_records(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside those that were made or updated there."""
    monkeypatch.setenv("FORGETS", "NULL")
    path = "/records/{id}"
    update = Update(path, body={"prompt": "Twice"}, text="/prompt")
    made = ("/choices", "/usage")
    kind = Records(
        text="/prompt", varying=made, read=Read(path), update=update, delete=Delete(path)
    )
    context = bench.context("persistence.forgets_changes", wrap=Remade, records={"sayings": kind})
    kept = VolumeLife(context).kept()
    lost = "3 of 9 acknowledged records did not survive a new container on the same volume"
    with pytest.raises(Breach, match=lost) as caught:
        survives_recreate(kept)
    assert caught.value.anomalies[0][0] == "reading a deleted record returned 200"


def test_two_that_both_write_are_judged(bench: Bench) -> None:
    """And one that refuses to be the second."""
    shared(bench, beside)


def test_a_second_one_that_is_refused_is_judged(bench: Bench) -> None:
    """It left the records as they were."""
    shared(bench, refused)


def test_what_a_second_one_did_before_it_was_refused_is_seen(bench: Bench) -> None:
    """Writes that come after it are all there; those that came before are not."""
    with pytest.raises(Breach, match="3 of 3 records from before") as breach:
        shared(bench, refused_too_late)
    assert any("second container" in line for line in breach.value.evidence)


def test_two_of_which_one_wrote_nothing_are_not_judged(bench: Bench) -> None:
    """Requests that all went to the first one say nothing of a second."""
    booted: list[Any] = []

    def first(deployment: Any) -> InFront:
        booted.append(deployment)
        return InFront(deployment)

    context = bench.context(wrap=first)
    target = Sharing(context.target, lambda _: cast("Deployment", First(booted[0])))
    life = VolumeLife(replace(context, target=cast("Target", target)))
    with pytest.raises(NotJudged, match="acknowledged every write") as said:
        two_on_one_volume(life.shared_volume())
    assert said.value.cause is Cause.UNDECIDED


class Recreated(InFront):
    """Its records lie on its volume."""

    def recreate(self, *, keep_volume: bool) -> Startup:
        self.behind.stop()
        if not keep_volume:
            self._empty()
        startup: Startup = self.behind.start()
        return startup

    def _empty(self) -> None:
        for each in database().parent.glob("records.db*"):
            each.unlink()


class Outside(Recreated):
    """Its records go with its container."""

    def recreate(self, *, keep_volume: bool) -> Startup:
        return super().recreate(keep_volume=keep_volume and False)


def test_a_fresh_volume_is_judged_where_records_lie_on_the_volume(bench: Bench) -> None:
    """Whether or not another clause has looked before."""
    volume_keeps(VolumeLife(bench.context(wrap=Recreated)).emptied())


def test_a_fresh_volume_is_not_judged_where_records_do_not_lie_on_the_volume(
    bench: Bench,
) -> None:
    """They are gone with any new container, and no other clause need have been chosen."""
    with pytest.raises(NotJudged, match="do not lie on the data volume") as said:
        VolumeLife(bench.context(wrap=Outside)).emptied()
    assert said.value.cause is Cause.RESTS_ON


def test_an_older_release_whose_records_nobody_names_is_not_judged(bench: Bench) -> None:
    """That it starts and writes is not all that is promised."""
    context = bench.context(upgrade=Upgrade("records.db", old="old.db"))
    target = cast("Target", Sharing(context.target, beside))
    upgraded = VolumeLife(replace(context, target=target)).upgraded()
    assert upgraded.listed == ()
    with pytest.raises(NotJudged, match="names no records of the earlier release"):
        old_schema_migrates(upgraded, context.config)
    named = replace(context.config, upgrade=Upgrade("records.db", old="old.db", old_ids=("a",)))
    with pytest.raises(NotJudged, match="no way to read them"):
        old_schema_migrates(replace(upgraded, listed=None), named)
