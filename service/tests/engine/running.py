"""Runs jobs on a batch, as the engine's thread does."""

from collections.abc import Sequence

from gpt2_service.engine.sequences import Batch, Job, Progress, Ticket


def run(batch: Batch, jobs: Sequence[Job], together: int = 16) -> list[Progress]:
    """Run `jobs`, at most `together` at a time; each joins as soon as there is room."""
    tickets = [Ticket(job) for job in jobs]
    waiting = tickets[::-1]
    while waiting or batch.running:
        while waiting and batch.running < together:
            batch.join(waiting.pop())
        batch.step()
    return [ticket.progress for ticket in tickets]
