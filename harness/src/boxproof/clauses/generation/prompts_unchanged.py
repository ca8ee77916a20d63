"""Prompts that look like something that a service might run, fill in or escape."""

from collections.abc import Iterator

from boxproof.clauses.generation.promised_texts import takes_any_text
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.divergence import first_divergence
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.json_pointers import resolve_in, resolve_part
from boxproof.probes.messages import Answer
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import Work

#: Each of another kind, and short: a limit may count the prompt's tokens.
PROMPTS = (
    "Robert'); DROP TABLE records;--",
    "x' OR '1'='1",
    "<script>alert(1)</script> &lt;b&gt; &amp;",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "%s %d %(prompt)s {0} {prompt} {",
    '2026-01-01 ERROR [app] "GET /" 500\n{"level": "error"}',
    "../../etc/passwd",
    "C:\\temp\\new\\u0041 $HOME `id` $(id)",
)


def _comes_back(config: Config) -> bool:
    """Whether the user's text stands in what the service makes or keeps of it."""
    if not takes_any_text(config):
        return False
    if config.generation is not None and config.generation.starts_with_prompt:
        return True
    return config.record_is_work and config.record is not None and config.record.text is not None


@clause(
    "generation.prompt-unchanged",
    Level.MUST,
    "A prompt that looks like SQL, HTML, a template, a log line or a path MUST come back as it was "
    "sent, in the text that starts with it and in its record.",
    promised=_comes_back,
    effect=Effect.WRITES,
)
def prompt_unchanged(work: Work, record_stores: tuple[RecordStore, ...], config: Config) -> None:
    forbidden = config.forbidden.words if config.forbidden is not None else ()
    for prompt in PROMPTS:
        if any(word.casefold() in prompt.casefold() for word in forbidden):
            continue
        answer = work.send(prompt)
        require(
            config.work.is_success(answer.status),
            f"the text {prompt!r} returned {answer.status}",
            answer.evidence(),
        )
        for place, came, evidence in _seen(answer, prompt, record_stores, config):
            diverging = first_divergence(prompt, came)
            require(not diverging, f"{place} holds another prompt: {diverging}", evidence)


def _seen(
    answer: Answer, prompt: str, stores: tuple[RecordStore, ...], config: Config
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Where the prompt stands again: the place, what stands there, and what shows it."""
    if config.generation is not None and config.generation.starts_with_prompt:
        assert config.work.output is not None
        text = str(resolve_in(answer, config.work.output))
        yield "the text that was made", text[: len(prompt)], answer.evidence()
    for store in stores:
        kind = store.kind
        if kind.create is not None or kind.text is None:
            continue
        if kind.text_when_made is not None:
            record = resolve_in(answer, kind.record)
            came = resolve_part(answer, record, kind.text, "the answer")
            yield "the answer", str(came), answer.evidence()
        if kind.read is not None:
            read = store.read(store.made_by(answer, prompt).key)
            record = resolve_in(read, kind.read_record)
            came = resolve_part(read, record, kind.text, "the record")
            yield "the record", str(came), (*answer.evidence(), *read.evidence())
