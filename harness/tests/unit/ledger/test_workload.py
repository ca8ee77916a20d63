"""What a load waits for, and what it says where that does not come."""

from pathlib import Path

import pytest
from apps.schema.fuzzed import CONFIG

from boxproof.core.breaches import Late, NotJudged
from boxproof.core.request_quota import RequestQuota
from boxproof.core.verdicts import Cause
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.ledger.workload import Load, Workload
from boxproof.probes.client import Client
from boxproof.probes.record_store import RecordStore


def idle(quota: RequestQuota | None) -> Workload:
    """A workload that does not run."""
    journal = Journal()
    client = Client(lambda: Endpoint("http://127.0.0.1:1", quota=quota), journal)
    return Workload(RecordStore.over(client, CONFIG), journal, Load(), seed=1)


def test_writes_that_do_not_come_in_time_are_late() -> None:
    """Which is judged again, alone."""
    with pytest.raises(Late, match="fewer than 3 writes were acknowledged within 0 s"):
        idle(None).wait_for(3, 0)


def test_what_a_quota_holds_up_is_no_fault_of_the_service(tmp_path: Path) -> None:
    """However often it were judged again."""
    slow = RequestQuota(tmp_path / "quota", 0.1, 10)
    with pytest.raises(NotJudged, match=r"at 0\.1 requests a second") as caught:
        idle(slow).wait_for(3, 0)
    assert caught.value.cause is Cause.UNDECIDED
