"""Texts of every length and alphabet come back as they were sent."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from boxproof.clauses.documented_limits import longest_text
from boxproof.clauses.history_checks import traceable
from boxproof.clauses.registry import clause
from boxproof.clauses.schema.openapi_document import operation_of
from boxproof.clauses.shapes import Shapes
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, NotJudged, UnusableAnswer, require
from boxproof.core.divergence import first_divergence
from boxproof.core.effects import Effect
from boxproof.core.findings import Finding, told
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.json_pointers import resolve_in, resolve_part
from boxproof.probes.record_store import Created, RecordStore

#: Pages of the list that are looked through for the records that were made.
PAGES = 5
#: Where software commonly begins to cut: bytes of a length, columns of a database.
LENGTHS = (1, 2, 15, 127, 128, 255, 256, 500, 1000)
#: No text is longer, whatever a document allows.
LONGEST = 10_000
WORDS = "The sea was calm, and the lamp burned all night long. "

TEXTS = {
    "white space around it": "  \t a lamp \n ",
    "two spaces in a row": "a  lamp",
    "line breaks of every kind": "a\rlamp\r\nburns\nhere\u0085and\u2028there\u2029too",
    "NUL": "a\0lamp",
    "control characters": "a\x01lamp\x08\x1b[31m\x7f",
    "quotes and backslashes": "a \"lamp\" 'here' \\ \\\\ \\u0041 \\n / `there`",
    "letters and their accents apart": "cafe\u0301 A\u030a n\u0303",
    "letters with their accents": "caf\xe9 \xc5 \xf1 \u212b",
    "ligatures and full-width letters": "\ufb01 \uff4c\uff41\uff4d\uff50 \u2460 \u017f",
    "right-to-left letters": "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d \u202eabc\u202c",
    "many combining characters": "e" + "\u0301\u0323" * 20,
    "characters of four bytes": "\U0001f600 \U0001d53e \U00020000",
    "characters joined to one": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f",
    "a byte order mark": "\ufeffa lamp\ufeff",
    "characters that nobody sees": "a\u200blamp\u00ad\u2060\u00a0here",
    "noncharacters": "a\uffffb\ufdd0",
    "what looks like a number": "0012.50",
    "what looks like null": "null",
    "what looks like JSON": '{"a": [1, NaN]}',
    "percent signs and pluses": "100%25 + %00 a+b%zz",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A record, and what was sent for it."""

    name: str
    text: str
    created: Created


def comes_back(config: Config) -> bool:
    """Whether any text may be sent, and stands in a record as it was."""
    kind = config.record
    if not traceable(config) or kind is None or kind.text is None:
        return False
    maker = config.maker(kind)
    return not maker.text_pattern and maker.text_place in ("body", "query")


@clause(
    "records.text-unchanged",
    Level.MUST,
    "A text of any length and alphabet MUST be read back as it was sent, from its record and from "
    "the list, or be refused with a 4xx answer.",
    promised=comes_back,
    effect=Effect.WRITES,
    follows=("records.readable",),
    each_kind=True,
)
def text_unchanged(records: RecordStore, config: Config, shapes: Shapes) -> None:
    kept = list(_made(records, texts(_limit(config, records, shapes))))
    if not kept:
        raise NotJudged("every text was refused", Cause.UNDECIDED)
    listed = _listed(records, [each.created.id for each in kept])
    findings = []
    for each in kept:
        for place, came, evidence in _seen(each, records, listed):
            other = first_divergence(each.text, came) if isinstance(came, str) else "no text is"
            if other:
                told_of = f"{place} holds another text than was sent, one of {each.name}: {other}"
                findings.append(Finding(summary=told_of, evidence=evidence))
                break
    if findings:
        raise Breach(*told(findings), findings=findings)


def texts(limit: int | None) -> dict[str, str]:
    """The texts by what is special about them; none is longer than ``limit`` characters."""
    most = min(limit or LENGTHS[-1], LONGEST)
    lengths = {*LENGTHS, *((most - 1, most) if limit else ())}
    made = {f"{_counted(each)}": _of_length(each) for each in sorted(lengths) if 0 < each <= most}
    # What counts bytes cuts these sooner.
    wide = {f"{_counted(most)} of four bytes": "\U0001f600" * most} if limit else {}
    short = {name: text for name, text in TEXTS.items() if len(text) <= most}
    return {**made, **short, **wide}


def _counted(length: int) -> str:
    return f"{length} character{'s' * (length != 1)}"


def _of_length(length: int) -> str:
    return (WORDS * (length // len(WORDS) + 1))[: length - 1] + "."


def _limit(config: Config, records: RecordStore, shapes: Shapes) -> int | None:
    """How long the document lets a text be; None where it does not say."""
    valid, document = records.work.valid, shapes.document
    if valid.text is None or valid.text_place != "body":
        return None
    operation = operation_of(valid, config, document, records.client.endpoint())
    return longest_text(document, operation, valid.text)


def _made(records: RecordStore, wanted: dict[str, str]) -> Iterator[Kept]:
    valid = records.work.valid
    for name, text in wanted.items():
        answer = records.work.send(text, **valid.light)
        # What fails of the work's own inputs `schema.inputs-answered` tells.
        failed = answer.status >= 500 and records.kind.create is None
        if 400 <= answer.status < 500 or failed:
            continue
        require(
            valid.is_success(answer.status),
            f"a text of {name} returned {answer.status}",
            answer.evidence(),
        )
        yield Kept(name, text, records.made_by(answer, text))


def _listed(records: RecordStore, ids: list[Any]) -> dict[Any, Any]:
    """What the list holds of the text of each record, as far as its first pages have them."""
    pager, found = records.pager, {}
    if pager is None or records.kind.item_text is None or pager.listing.order != "newest":
        return {}
    with suppress(UnusableAnswer):
        # Of a list that cannot be read another clause tells.
        for page in pager.walk(pages=PAGES):
            found.update({each.id: each.text for each in page.items})
            if set(ids) <= found.keys():
                break
    return found


def _seen(
    kept: Kept, records: RecordStore, listed: dict[Any, Any]
) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """Where a text stands again: the place, what stands there, and what shows it."""
    kind, made = records.kind, kept.created.answer
    assert kind.text is not None
    # An answer may hold no record, but its place in a header.
    if kind.text_when_made is not None and kept.created.record is not None:
        record = resolve_in(made, kind.record)
        yield "the answer", resolve_part(made, record, kind.text, "the answer"), made.evidence()
    read = records.read(kept.created.key)
    evidence = (*made.evidence(), *read.evidence())
    told_of = f"reading the record of a text of {kept.name} returned {read.status}, not 200"
    require(read.status == 200, told_of, evidence)
    record = resolve_in(read, kind.read_record)
    yield "the record", resolve_part(read, record, kind.text, "the record"), evidence
    if kept.created.id in listed:
        yield "the list", listed[kept.created.id], made.evidence()
