"""``summary.md``: the run for a page that shows Markdown, such as that of a job in GitHub.

Whatever a service answered is text here, never markup: names stand in ``<code>``, evidence in a
fence that is longer than any in it (https://github.github.com/gfm/#fenced-code-blocks).
"""

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from boxproof.core.errors import ExitCode
from boxproof.core.verdicts import Level, Verdict
from boxproof.journal.entries import ClauseJudged
from boxproof.reports import load_table
from boxproof.reports.model import TOLD_ONLY, Report, why_of

#: What GitHub shows of one step
#: (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
LIMIT_BYTES = 1024 * 1024
#: Of one clause; all of it stands in report.json.
EVIDENCE_CHARACTERS = 16 * 1024
CUT = "\n*The rest does not fit on this page; it stands in report.json.*\n"


def write(report: Report, path: Path, *, code: ExitCode) -> None:
    """Write ``summary.md``."""
    path.write_bytes(bounded(parts(report, code), LIMIT_BYTES))


def bounded(texts: Iterable[str], limit_bytes: int) -> bytes:
    """As many whole parts as fit, in UTF-8, with a word on what does not."""
    made, room = b"", limit_bytes - len(CUT.encode())
    for each in texts:
        part = each.encode("utf-8", "replace")
        if len(made) + len(part) > room:
            return made + CUT.encode() if room >= 0 else b""
        made += part
    return made


def parts(report: Report, code: ExitCode) -> Iterator[str]:
    """The page, in parts that stand by themselves; the most important first."""
    word = code.name.replace("_", " ").lower()
    yield f"## boxproof: {word} (exit code {code:d})\n\n{_counts(report)}\n"
    if report.missing:
        yield f"Partial: {report.missing}.\n\n"
    if report.boot_failure is not None:
        yield f"### The first boot failed\n\n{_text(report.boot_failure.summary)}\n\n"
        yield f"{_fence(_end(report.boot_failure.log))}\n"
    for what in report.failures:
        yield f"### The run went wrong\n\n{_fence(what)}\n"
    found = report.with_verdict(Verdict.BROKEN, Verdict.UNKNOWN)
    for level in Level:
        clauses = [each for each in found if each.level is level]
        if clauses:
            yield f"### Broken or unknown: {level}\n\n"
        yield from (_finding(each, report) for each in clauses)
    yield from load_table.markdown(report)
    yield from _listed("Waived", map(_waived, report.with_verdict(Verdict.WAIVED)))
    yield from _listed("Waivers that cover nothing", (_text(each.line) for each in report.unused))
    yield from _listed("Not judged", map(_line, report.with_verdict(Verdict.NOT_JUDGED)))


def _counts(report: Report) -> str:
    run = report.run
    about = f"Service {_code(run.get('service', ''))}, target {_code(run.get('target', ''))}, "
    about += f"seed {run.get('seed', 0)}, {run.get('seconds', 0.0):.1f} s\n\n"
    rows = [f"| | {' | '.join(Verdict)} |", "| --- |" + " ---: |" * len(Verdict)]
    for level in Level:
        count = report.count(level=level)
        rows.append(f"| {level} | {' | '.join(str(count[each]) for each in Verdict)} |")
    lines = "".join(f"\n{_text(each)}\n" for each in (report.reach, report.undone) if each)
    return about + "\n".join(rows) + "\n" + lines


def _finding(each: ClauseJudged, report: Report) -> str:
    told = f" ({TOLD_ONLY})" if report.is_told_only(each) else ""
    proof = "\n".join(each.evidence)
    waived = "".join(f"- waived: {_text(one.told)}\n" for one in each.waived)
    return (
        f"<details><summary>{_code(each.id)}, {each.verdict}{told}: {_plain(each.summary)}"
        f"</summary>\n\n{_text(each.sentence)}\n\n{waived}\n"
        f"{_fence(proof) if proof else ''}\n</details>\n\n"
    )


def _waived(each: ClauseJudged) -> str:
    waivers = "; ".join(_text(one.told) for one in each.waived)
    return f"{_line(each)}<br>{waivers}"


def _line(each: ClauseJudged) -> str:
    return f"{_code(each.id)} ({each.level}): {_text(why_of(each))}"


def _listed(heading: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"- {line}\n" if number else f"\n### {heading}\n\n- {line}\n"


def _text(text: str) -> str:
    """A text on one line, of which nothing is markup."""
    return re.sub(r"([\\`*_\[\]~#|!])", r"\\\1", _plain(text))


def _plain(text: str) -> str:
    """A text on one line of HTML, where no Markdown is read."""
    return html.escape(" ".join(text.split()), quote=False)


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _end(log: str) -> str:
    """As much of a log as is shown, from its end: there stands what went wrong."""
    cut = len(log) > EVIDENCE_CHARACTERS
    return f"…\n{log[2 - EVIDENCE_CHARACTERS :]}" if cut else log


def _fence(text: str) -> str:
    shown = text[:EVIDENCE_CHARACTERS] + ("\n…" if len(text) > EVIDENCE_CHARACTERS else "")
    longest = max((len(each) for each in re.findall("`+", shown)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}text\n{shown}\n{marks}\n"
