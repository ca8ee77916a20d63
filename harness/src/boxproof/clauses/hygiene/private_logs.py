"""What a log must not tell of those who use the service."""

from collections.abc import Iterator
from dataclasses import replace

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.log_lines import log_lines
from boxproof.core.redaction import Hidden, Redaction
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.messages import Request
from boxproof.probes.work import Work
from boxproof.targets.abilities import ReadsLogs

#: Lines that are shown.
LINES = 5


def _has_private_logs(config: Config) -> bool:
    """Whether the log promises to be silent, and texts can be sent that nothing else holds."""
    work = config.work
    return config.hygiene.private_logs and work.text is not None and not work.text_pattern


@clause(
    "hygiene.logs-without-texts",
    Level.MUST,
    "The service MUST NOT log a user's text, not even of requests that it refuses.",
    needs=(ReadsLogs,),
    promised=_has_private_logs,
    effect=Effect.WRITES,
)
def logs_without_texts(logs: ReadsLogs, work: Work, config: Config) -> None:
    texts = []
    for text, request in _requests(work, config):
        texts.append(text)
        try:
            work.client.send(request)
        except NoAnswer:
            continue
    # Whoever logs once it has answered has done so by the next answer, as a rule.
    work.client.look(config.health.path)
    lines = log_lines(logs.logs())
    if not lines:
        raise NotJudged("the service logged no line", Cause.UNDECIDED)
    canaries = Redaction(Hidden(text, text) for text in texts)
    telling = [line for line in lines if canaries.found_in(line)]
    require(
        not telling,
        f"{len(telling)} lines hold the text of a request",
        telling[:LINES],
        anomalies=[(line,) for line in telling],
    )


def _requests(work: Work, config: Config) -> Iterator[tuple[str, Request]]:
    """Requests with a text of their own each: valid, forbidden, cut short, of a wrong type."""
    text = work.texts.fresh()
    yield text, work.request(text=text)
    if config.forbidden is not None:
        text = work.texts.fresh()
        yield text, work.request(text=f"{text} {config.forbidden.words[0]}")
    if work.valid.body_encoding != "json":
        return
    text = work.texts.fresh()
    cut_short = work.request(text=text)
    yield text, _with_content(cut_short, cut_short.content[:-1])
    text = work.texts.fresh()
    mistyped, quoted = work.request(text=text), f'"{text}"'.encode()
    yield text, _with_content(mistyped, mistyped.content.replace(quoted, b"[" + quoted + b"]"))


def _with_content(request: Request, content: bytes) -> Request:
    """The request with another body of the same media type."""
    if request.payload is None:
        return request
    return replace(request, payload=replace(request.payload, content=content))
