"""Writes the reference pages under ``docs/reference`` from the registries that they describe.

``python harness/tools/reference.py`` writes them; ``--check`` writes nothing, names every page that
is stale and ends with exit code 1 when there is one.
"""

import argparse
import datetime
import inspect
import os
import re
import sys
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from boxproof.clauses import families
from boxproof.clauses import registry as clauses
from boxproof.cli import entry
from boxproof.cli.parsing import Parser
from boxproof.config import load
from boxproof.config.load_options import Load, LoadLimit
from boxproof.config.operations import Delete, Update
from boxproof.config.options import Config, Credential, SecretSource
from boxproof.core.errors import ExitCode
from boxproof.faults import fault_registry as faults
from boxproof.targets.abilities import phrase

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference"
#: As wide as a help text is shown, so that a page does not depend on who writes it.
HELP_COLUMNS = 90

EXIT_CODES = {
    ExitCode.CLEAN: "nothing is broken",
    ExitCode.BROKEN: "a clause is broken, or unknown: harness, engine or machine failed; with "
    "`--strict-waivers` also a waiver that covers nothing",
    ExitCode.USAGE: "wrong usage or configuration, or no engine; nothing was judged",
    ExitCode.BOOT_FAILED: "the image could not be built, or the service's first boot failed",
    ExitCode.PARTIAL: "a MUST clause was not judged; only with `--require-complete`",
    ExitCode.INTERRUPTED: "interrupted; what the run had made is removed",
}
TYPES = {
    str: "string",
    int: "whole number above 0",
    float: "number above 0",
    bool: "true or false",
    datetime.date: "date",
    Path: "name of a file",
    Any: "any value",
}


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {
        name: "\n".join((*lines, "")).replace("\n\n\n", "\n\n")
        for name, lines in (
            ("clauses.md", _clauses()),
            ("command.md", _command()),
            ("faults.md", _faults()),
            ("options.md", _options()),
        )
    }


def _head(title: str, *text: str) -> Iterator[str]:
    yield "<!-- Written by harness/tools/reference.py; change what it reads, not this page. -->"
    yield ""
    yield f"# {title}"
    for each in text:
        yield ""
        yield each
    yield ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(*head)
    yield _row(*("---" for _ in head))
    for each in rows:
        yield _row(*each)
    yield ""


def _prose(docstring: str | None) -> str:
    """A docstring as Markdown."""
    text = inspect.cleandoc(docstring or "")
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")


def _abilities(needs: Iterable[type]) -> str:
    return ", ".join(phrase(each) for each in needs)


def _clauses() -> Iterator[str]:
    yield from _head(
        "Clauses",
        "What a run judges, by family, in the order of the registry. *Needs* is what the target "
        "must be able to do: where it cannot, the clause is *not judged*. *Effect* is what judging "
        "it does to the service: at an address (`--target url`) what writes is judged with "
        "`--allow-writes` alone, or without it in part, and what disturbs never. "
        "What says *each kind* is judged for every kind of records, and what says *takes long* "
        "with `boxproof run --full` alone. A family that is judged *on request* is left out of a "
        "run that does not name it with `--family`; `boxproof load` judges the family `load`. "
        "*Promised by* are the "
        "settings of `boxproof.toml` without which a clause is no part of the contract.",
        "`boxproof list` prints the same clauses.",
    )
    # The example service is open to all, and stands alone.
    credential = Credential(variable="KEY", another=SecretSource(variable="OTHER_KEY"))
    example = load(ROOT / "boxproof.toml")
    # It keeps what it made as it is.
    records = {
        name: replace(
            kind,
            update=Update("/{id}", body={"text": "Once"}, text="/text"),
            delete=Delete("/{id}"),
        )
        for name, kind in example.records.items()
    }
    service = replace(example.service, neighbours=("db",))
    assert example.generation is not None
    # It has one model, of which its requests do not speak, and tells how likely a token was to
    # requests in the shape of OpenAI's alone.
    generation = replace(
        example.generation, model="/model", logprobs={"logprobs": 1}, logprob_list="/logprobs"
    )
    assert example.streaming is not None
    streaming = replace(example.streaming, terminator="[DONE]")
    whole = replace(
        example,
        credential=credential,
        records=records,
        clients={"collection": "newman run collection.json"},
        service=service,
        generation=generation,
        streaming=streaming,
        load=Load(
            profile="steps",
            weights={"stream": 1},
            limits=(_every_limit(),),
        ),
    )
    every = clauses.every()
    for family in dict.fromkeys(each.family for each in every):
        yield f"## {family}"
        yield ""
        if not families.asked_for(family, ()):
            yield "Judged on request."
            yield ""
        yield from _table(
            ("clause", "what is promised", "needs", "effect", "promised by"),
            (
                (
                    f"`{each.id}`",
                    each.sentence,
                    _abilities(each.needs),
                    _effect(each),
                    ", ".join(f"`{name}`" for name in _promised_by(each, whole)),
                )
                for each in every
                if each.family == family
            ),
        )


def _every_limit() -> LoadLimit:
    numbers: dict[str, Any] = {each.name: 1.0 for each in fields(LoadLimit) if each.default is None}
    return LoadLimit(**numbers)


def _effect(clause: clauses.Clause) -> str:
    part = ", reads in part" if clause.reads_in_part else ""
    full = ", takes long" if clause.full else ""
    return f"{clause.effect}{part}{', each kind' if clause.of_kind else ''}{full}"


def _promised_by(clause: clauses.Clause, whole: Config) -> list[str]:
    """The settings without which the clause is not promised, tried one by one.

    A key stands for its table as well.

    Raises:
        ValueError: the whole configuration does not promise the clause, or it takes any one of
            several settings, which this cannot say.
    """
    if not clause.promised(whole):
        raise ValueError(f"{clause.id} is not promised by {ROOT / 'boxproof.toml'}")
    needed = [name for name, poorer in _poorer(whole) if not clause.promised(poorer)]
    if not needed and not clause.promised(_bare(whole)):
        raise ValueError(f"{clause.id} is promised by more than one setting alone")
    return [
        name
        for name in needed
        if not any(each.startswith((f"{name} ", f"{name[:-1]}.")) for each in needed)
    ]


def _bare(config: Any) -> Any:
    """The configuration with nothing but what must be given."""
    values: dict[str, Any] = {}
    for each in fields(config):
        value, default = getattr(config, each.name), _default(each)
        if default is not MISSING:
            values[each.name] = default
        elif is_dataclass(value):
            values[each.name] = _bare(value)
    return replace(config, **values)


def _poorer(config: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """The configuration without one setting or table, for each that may be left away."""
    for each in fields(config):
        value = getattr(config, each.name)
        place = f"{above}.{each.name}" if above else each.name
        default = _default(each)
        kinds = _is_by_name(value)
        place += ".NAME" if kinds else ""
        name = f"[{place}]" if is_dataclass(value) or kinds else f"[{above}] {each.name}"
        if default is not MISSING and value != default:
            yield name, replace(config, **{each.name: default})
        if is_dataclass(value):
            for inner, poorer in _poorer(value, place):
                yield inner, replace(config, **{each.name: poorer})
        for key, kind in value.items() if kinds else ():
            for inner, poorer in _poorer(kind, place):
                yield inner, replace(config, **{each.name: {**value, key: poorer}})


def _is_by_name(value: Any) -> bool:
    """Whether a value holds tables by names that are the file's own."""
    return isinstance(value, Mapping) and any(map(is_dataclass, value.values()))


def _default(each: Field[Any]) -> Any:
    return each.default if each.default_factory is MISSING else each.default_factory()


def _options() -> Iterator[str]:
    yield from _head(
        "Options",
        "Every key of `boxproof.toml`. Paths start from its folder. A key that must be given must "
        "be given once its table is there.",
        "A table that *may be left away* is a promise: without it, the clauses that speak of it "
        "are no part of the contract (without `[process]`, there is no process target). Any other "
        "table is always there, with the defaults that stand here.",
    )
    yield from _table(("key", "value", "default", "meaning"), _option_rows(Config))
    yield from _tables(Config, "")


def _tables(cls: type, above: str) -> Iterator[str]:
    hints = typing.get_type_hints(cls)
    for each in fields(cls):
        kind, optional = _without_none(hints[each.name])
        place = f"{above}{each.name}"
        inner = next((one for one in typing.get_args(kind) if is_dataclass(one)), None)
        if inner is not None:
            array = typing.get_origin(kind) is tuple
            kind, optional = inner, True
            place = f"[{place}]" if array else f"{place}.NAME"
        if not (isinstance(kind, type) and is_dataclass(kind)):
            continue
        yield f"## [{place}]"
        yield ""
        yield _prose(kind.__doc__)
        yield ""
        if optional:
            yield "*May be left away.*"
            yield ""
        rows = tuple(_option_rows(kind))
        if rows:
            yield from _table(("key", "value", "default", "meaning"), rows)
        yield from _tables(kind, f"{place}.")


def _option_rows(cls: type) -> Iterator[tuple[str, ...]]:
    hints = typing.get_type_hints(cls)
    for each in fields(cls):
        kind, _ = _without_none(hints[each.name])
        tables = [kind, *typing.get_args(kind)]
        if "doc" in each.metadata and not any(map(is_dataclass, tables)):
            default = MISSING if each.metadata["required"] else _default(each)
            yield f"`{each.name}`", _type(kind), _shown(default), each.metadata["doc"]


def _without_none(hint: Any) -> tuple[Any, bool]:
    """The type itself, and whether None stood beside it."""
    if _is_union(hint) and type(None) in typing.get_args(hint):
        return next(each for each in typing.get_args(hint) if each is not type(None)), True
    return hint, False


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def _type(hint: Any) -> str:
    origin = typing.get_origin(hint)
    if _is_union(hint):
        return ", or ".join(map(_type, typing.get_args(hint)))
    if origin is tuple:
        return f"array of: {_type(typing.get_args(hint)[0])}"
    if origin is not None and issubclass(origin, Mapping):
        return f"table of: {_type(typing.get_args(hint)[1])}"
    return TYPES[hint]


def _shown(default: Any) -> str:
    """A default as TOML; one that is empty says nothing that the word does not."""
    if default is MISSING:
        return "must be given"
    if default is None or default in ("", (), {}):
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, str):
        return f'`"{default}"`'
    return f"`{default}`"


def _faults() -> Iterator[str]:
    yield from _head(
        "Faults",
        "What is done to a deployment while, or before, a history is recorded. Each starts from a "
        "ready service and heals it again. A fault of level SHOULD is one that some engines cannot "
        "do; a run without it is not partial.",
    )
    for each in faults.every().values():
        yield f"## {each.name}"
        yield ""
        needs = _abilities(each.needs)
        yield f"{each.level}: {each.does}.{f' The target must {needs}.' if needs else ''}"
        yield ""
        yield _prose(inspect.getmodule(each.harm).__doc__)
        yield ""


def _command() -> Iterator[str]:
    yield from _head("The command", "What `--help` says, and the exit codes.")
    for name, parser in _parsers():
        yield f"## {name}"
        yield ""
        yield "```text"
        yield parser.format_help().rstrip()
        yield "```"
        yield ""
    yield from ("## Exit codes", "")
    yield from _table(
        ("code", "name", "meaning"),
        ((f"{each:d}", each.name.lower(), EXIT_CODES[each]) for each in ExitCode),
    )
    yield "Where 1 and 4 both apply, it is 1."


def _parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    # No page shows the version, and sources that are not installed have none.
    with patch("importlib.metadata.version", return_value=""):
        parser = entry.parser()
    yield parser.prog, parser
    for action in parser._subparsers._group_actions if parser._subparsers else ():
        for each in typing.cast(dict[str, Parser], action.choices).values():
            yield each.prog, each


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description="Write the reference pages, or check them.")
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 when one is stale")
    given = parser.parse_args()
    os.environ["COLUMNS"] = str(HELP_COLUMNS)
    stale = 0
    for name, text in pages().items():
        file: Path = given.folder / name
        if not given.check:
            file.write_text(text, encoding="utf-8")
        elif not file.is_file() or file.read_text(encoding="utf-8") != text:
            print(f"{file}: stale; 'python harness/tools/reference.py' writes it", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
