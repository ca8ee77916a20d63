"""Texts that the service streams: how each was asked for, what came, and when."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from boxproof.config.text_streaming import Streaming
from boxproof.core.breaches import NotJudged, UnusableAnswer
from boxproof.core.verdicts import Cause
from boxproof.probes.event_stream import Event, Events, events
from boxproof.probes.exchange import send
from boxproof.probes.json_pointers import resolve
from boxproof.probes.messages import Answer, Request
from boxproof.probes.work import Work

EVENT_STREAM = "text/event-stream"
GZIP = ("Accept-Encoding", "gzip")
#: Tells zlib that what it reads has a head as gzip writes it.
GZIP_WINDOW = 31


@dataclass(frozen=True)
class StreamedText:
    """A stream that has ended.

    Attributes:
        body: it as it was before it was compressed.
        arrivals: how much of it had come, in bytes, and when, in seconds since the request; the
            first of them is the head's.
    """

    answer: Answer
    fields: Streaming
    body: bytes
    arrivals: tuple[tuple[int, float], ...]

    @cached_property
    def events(self) -> Events:
        """Its events."""
        return events(self.body)

    @cached_property
    def documents(self) -> tuple[tuple[Event, Any], ...]:
        """Each event but the terminator, with the JSON of its data.

        Where the events that bring text have a type of their own, one of another type whose data is
        no JSON keeps the connection alive, and is left out.

        Raises:
            UnusableAnswer: the data of one is not JSON.
        """
        found = []
        for event in self.events.told:
            if self.is_terminator(event):
                continue
            try:
                found.append((event, json.loads(event.data)))
            except (ValueError, RecursionError) as error:
                if self._may_bring_text(event):
                    said = f"the data of an event is not JSON: {error}: {event.data[:80]!r}"
                    raise UnusableAnswer(said, self.answer.evidence()) from None
        return tuple(found)

    def _may_bring_text(self, event: Event) -> bool:
        return self.fields.event in ("", event.kind)

    def is_terminator(self, event: Event) -> bool:
        """Whether it says that nothing follows, and no more."""
        return bool(self.fields.terminator) and event.data == self.fields.terminator

    @cached_property
    def pieces(self) -> tuple[tuple[Event, str], ...]:
        """Each event that brings text, with that text.

        Raises:
            UnusableAnswer: as :attr:`documents`.
        """
        found = self.values(self.fields.text)
        return tuple(
            (event, text)
            for event, text in found
            if isinstance(text, str) and self._may_bring_text(event)
        )

    @property
    def text(self) -> str:
        """All of its text."""
        return "".join(text for _, text in self.pieces)

    def values(self, pointer: str) -> tuple[tuple[Event, Any], ...]:
        """Each event that holds something at a pointer, and what; null and "" are nothing.

        Raises:
            UnusableAnswer: as :attr:`documents`.
        """
        found = []
        for event, document in self.documents:
            try:
                value = resolve(pointer, document)
            except KeyError:
                continue
            if value not in (None, ""):
                found.append((event, value))
        return tuple(found)

    def came(self, event: Event) -> float:
        """When it was complete, in seconds since the request."""
        return next(seconds for size, seconds in self.arrivals if size >= event.end)


@dataclass(frozen=True)
class TextStreamer:
    """Asks a deployment for streams, as ``[streaming]`` says."""

    work: Work
    fields: Streaming

    def request(
        self, text: str | None = None, /, *, over: Mapping[str, Any] | None = None
    ) -> Request:
        """The work, asking for a stream, with other fields of its body where they are given."""
        return self.work.request(self.work.fields(over or {}, self.fields.body), text)

    def ask(
        self,
        text: str | None = None,
        /,
        *,
        over: Mapping[str, Any] | None = None,
        gzip: bool = False,
    ) -> tuple[Answer, tuple[tuple[bytes, float], ...]]:
        """Send the work, asking for a stream.

        Gives the answer, of any status, and the parts of its body with the time at which each came.

        Args:
            over: fields over those of the body.
            gzip: whether to say that a compressed answer can be read.

        Raises:
            NoAnswer: it got none.
        """
        request = self.request(text, over=over)
        if gzip:
            request = replace(request, headers=(*request.headers, GZIP))
        journal = self.work.client.journal
        began = journal.now()
        parts: list[tuple[bytes, float]] = []
        exchange = send(
            request, journal, on_data=lambda data: parts.append((data, journal.now() - began))
        )
        return exchange.answer(), tuple(parts)

    def stream(
        self,
        text: str | None = None,
        /,
        *,
        over: Mapping[str, Any] | None = None,
        gzip: bool = False,
    ) -> StreamedText:
        """The stream that an answer to :meth:`ask` is.

        Raises:
            NoAnswer: it got none.
            UnusableAnswer: the service refused, or answered with something else than a stream.
            NotJudged: it is longer than what is read of an answer.
        """
        return self.streamed(*self.ask(text, over=over, gzip=gzip))

    def streamed(
        self, answer: Answer, parts: tuple[tuple[bytes, float], ...] | None = None
    ) -> StreamedText:
        """The stream that an answer is, which came in these parts, or nobody knows how.

        Raises:
            UnusableAnswer: as :meth:`stream`.
            NotJudged: as :meth:`stream`.
        """
        valid = self.work.valid
        if not valid.is_success(answer.status):
            said = f"a valid request for a stream returned {answer.status}, not {valid.expected}"
            raise UnusableAnswer(said, answer.evidence())
        media = answer.headers.get("content-type", "")
        if media.partition(";")[0].strip().lower() != EVENT_STREAM:
            said = f"the Content-Type of a stream is {media!r}, not {EVENT_STREAM}"
            raise UnusableAnswer(said, answer.evidence())
        if answer.cut:
            raise NotJudged(f"{answer} carried more than {len(answer.body)} bytes", Cause.UNDECIDED)
        whole = ((answer.body, answer.seconds),) if parts is None else parts
        return _read(answer, whole, self.fields)


def _read(
    answer: Answer, parts: tuple[tuple[bytes, float], ...], fields: Streaming
) -> StreamedText:
    """A stream, each part decompressed as it came."""
    encoding = answer.headers.get("content-encoding", "identity").lower()
    unpack = zlib.decompressobj(GZIP_WINDOW).decompress if encoding == "gzip" else bytes
    body, arrivals = bytearray(), []
    try:
        for data, seconds in parts:
            body += unpack(data)
            arrivals.append((len(body), seconds))
    except zlib.error as error:
        said = f"the stream is said to be gzip, and is not: {error}"
        raise UnusableAnswer(said, answer.evidence()) from None
    return StreamedText(answer, fields, bytes(body), tuple(arrivals))
