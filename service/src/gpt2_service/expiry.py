"""Keeps the history within its limits while a worker serves, in steps that stop nobody."""

import asyncio
import logging
from datetime import UTC, datetime

from anyio import CapacityLimiter, to_thread
from fastapi.concurrency import contextmanager_in_threadpool

from gpt2_service.errors import RequestError
from gpt2_service.store.repository import History
from gpt2_service.store.retention import Retention

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
# Between two transactions. SQLite's writers look for their turn at least every tenth of a second.
PAUSE_SECONDS = 0.2


class Expiry:
    """Deletes what a history keeps no longer; of all workers one at a time does."""

    def __init__(self, history: History, kept: Retention, threads: CapacityLimiter) -> None:
        self._history = history
        self._kept = kept
        self._threads = threads
        self._ending = asyncio.Event()

    async def run(self) -> None:
        """Look at once and then every minute, until `end`; nothing where there is no limit."""
        while self._kept and not self._ending.is_set():
            try:
                await self.once(datetime.now(UTC))
            except (OSError, RequestError) as error:
                log.warning("could not delete old records", extra={"fields": {"cause": str(error)}})
            except Exception:
                log.exception("could not delete old records")
            await self._wait(EVERY_SECONDS)

    async def once(self, now: datetime) -> int:
        """Delete what is beyond a limit at `now`, batch by batch, and return how many records.

        Returns 0 where another worker is at it. Raises StoreUnavailableError, StoreFullError and,
        where the lock file cannot be made, OSError.
        """
        deleted = 0
        async with contextmanager_in_threadpool(self._history.alone()) as is_alone:
            while is_alone and not self._ending.is_set():
                batch = await to_thread.run_sync(
                    self._history.expire, self._kept, now, limiter=self._threads
                )
                if not batch:
                    break
                deleted += batch
                await self._wait(PAUSE_SECONDS)
        if deleted:
            log.info("deleted old records", extra={"fields": {"records": deleted}})
        return deleted

    def end(self) -> None:
        """Let it end, after the batch that it is at."""
        self._ending.set()

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._ending.wait(), seconds)
        except TimeoutError:
            return
