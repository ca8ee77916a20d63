"""The document that the image serves, beside the one that is committed with its code."""

from collections.abc import Sequence

from boxproof.clauses.registry import clause
from boxproof.config.document_file import read_document
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, NotJudged, require
from boxproof.core.findings import Finding
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.client import Client
from boxproof.probes.document_changes import Breaks, changes, first_difference
from boxproof.probes.messages import Answer
from boxproof.probes.served_document import document_in


def _is_committed(config: Config) -> bool:
    return config.schema is not None and config.schema.committed is not None


@clause(
    "schema.committed-honoured",
    Level.MUST,
    "What the service documents MUST NOT break a client of the committed document: its callers, "
    "the readers of its answers, or code that was generated from it.",
    promised=_is_committed,
)
def committed_honoured(http: Client, config: Config) -> None:
    answer = _served(http, config)
    found = changes(_committed(config), document_in(answer))
    breaking = [each for each in found if each.breaks is not Breaks.NOBODY]
    if breaking:
        raise Breach(
            f"{_counted(breaking)} since the document was committed; first: {breaking[0]}",
            [*answer.evidence()[:1], *map(str, breaking)],
            findings=[
                Finding(
                    summary=str(each),
                    evidence=tuple(answer.evidence()[:1]),
                    operation=each.operation,
                )
                for each in breaking
            ],
        )


@clause(
    "schema.committed-complete",
    Level.SHOULD,
    "The service SHOULD serve the document that is committed, with nothing added and in its words.",
    promised=_is_committed,
)
def committed_complete(http: Client, config: Config) -> None:
    answer = _served(http, config)
    committed, served = _committed(config), document_in(answer)
    place = first_difference(committed, served)
    if not place:
        return
    found = changes(committed, served)
    if any(each.breaks is not Breaks.NOBODY for each in found):
        raise NotJudged("it breaks clients, which schema.committed-honoured says", Cause.RESTS_ON)
    told = f"{_counted(found)}; first: {found[0]}" if found else f"they differ in words, at {place}"
    raise Breach(f"it is not the committed document: {told}", answer.evidence()[:1])


def _served(http: Client, config: Config) -> Answer:
    assert config.schema is not None
    answer = http.get(config.schema.path)
    said = f"the document returned {answer.status}, not 200"
    require(answer.status == 200, said, answer.evidence())
    return answer


def _committed(config: Config) -> dict[str, object]:
    assert config.schema is not None
    assert config.schema.committed is not None
    return read_document(config.schema.committed)


def _counted(found: Sequence[object]) -> str:
    return "1 change" if len(found) == 1 else f"{len(found)} changes"
