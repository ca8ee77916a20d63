"""How a generation goes over the wire: what every shape of it must be able to say."""

from typing import Protocol, TypeVar

from gpt2_service.api.schemas import Generated
from gpt2_service.engine.generation import GenerationResult, Piece
from gpt2_service.errors import RequestError

Whole = TypeVar("Whole", covariant=True)


class Shape(Protocol[Whole]):
    """Translates one generation: in one piece, or as server-sent events.

    Events are bytes as they go over the wire; none at all is no bytes.
    """

    def whole(self, record: Generated, result: GenerationResult) -> Whole:
        """Return the answer to a request that wants no stream."""

    def opening(self) -> bytes:
        """Return the events before the first text."""

    def piece(self, piece: Piece) -> bytes:
        """Return the events of more text."""

    def ending(self, record: Generated, result: GenerationResult) -> bytes:
        """Return the last events, once the record is stored."""

    def failure(self, error: RequestError) -> bytes:
        """Return the last events of a stream that has begun and cannot be completed."""
