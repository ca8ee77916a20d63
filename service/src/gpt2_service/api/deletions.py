"""Deletes many records for one request, in steps that stop nobody."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from gpt2_service.api.schemas import Deleted
from gpt2_service.errors import ServiceStoppingError
from gpt2_service.expiry import PAUSE_SECONDS
from gpt2_service.store.retention import BATCH_RECORDS

# With the pauses between them ten seconds: the longest that a client waits, but for a busy disk.
MAX_BATCHES = 50


async def delete_in_batches(delete_batch: Callable[[], Awaitable[int]]) -> Deleted:
    """Delete batch by batch until one is not full, or as many as one request may.

    Raises what `delete_batch` raises, and ServiceStoppingError where the worker ends first; the
    batches before that are deleted.
    """
    task = cast("asyncio.Task[object]", asyncio.current_task())
    deleted = 0
    for number in range(MAX_BATCHES):
        if number:
            await asyncio.sleep(PAUSE_SECONDS)
        batch = await delete_batch()
        deleted += batch
        if batch < BATCH_RECORDS:
            return Deleted(deleted=deleted, complete=True)
        # A write goes on to its end where the request is cancelled; no other follows it.
        if task.cancelling():
            raise ServiceStoppingError
    return Deleted(deleted=deleted, complete=False)
