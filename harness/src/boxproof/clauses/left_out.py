"""What a ``boxproof.toml`` leaves out: clauses that it does not promise, and the key of each."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from boxproof.clauses import families, registry
from boxproof.config.options import Config


def left_out(config: Config, named: Collection[str] = ()) -> str:
    """One line: the clauses that are not promised, and which key would bring each in, or does not
    fit; empty where all are promised.

    Args:
        named: the families that were asked for by name; of others, those that are judged anyway.
    """
    every = [each for each in registry.every() if families.asked_for(each.family, named)]
    sizes = Counter(each.family for each in every)
    missing: dict[str, Counter[str]] = defaultdict(Counter)
    for clause in every:
        key = key_left_out(clause, config)
        if key:
            missing[key][clause.family] += 1
    parts = (
        f"{_listed(counts, sizes)} by {key}"
        for key, counts in sorted(missing.items(), key=lambda item: -item[1].total())
    )
    found = "; ".join(parts)
    return f"clauses that are left out, and the key that decides it: {found}" if found else ""


def full_left_out(config: Config) -> str:
    """One line: the clauses that take long, which ``--full`` adds; empty where none is promised."""
    long = [each.id for each in registry.every() if each.full and each.promised(config)]
    return f"clauses that take long; --full judges them: {', '.join(long)}" if long else ""


def kinds_left_out(config: Config) -> str:
    """One line: the kinds of records that faults are not judged with; empty where there is none."""
    first, *others = config.records or [""]
    if not others:
        return ""
    told = "judged across restarts and new containers, but under other faults not, unlike"
    return f"kinds of records that are {told} {first!r}: {', '.join(others)}"


def _listed(counts: Counter[str], sizes: Counter[str]) -> str:
    return ", ".join(
        f"all of {family}" if count == sizes[family] else f"{count} of {family}"
        for family, count in counts.items()
    )


def key_left_out(clause: registry.Clause, config: Config) -> str:
    """The key of ``boxproof.toml`` for want of which a clause is not promised; empty if it is.

    It is the last one that the clause asked for: what was asked for before was as it should be.
    """
    asked: list[str] = []
    promised = clause.promised(_noting(config, "", asked))
    return "" if promised else (asked or [config.file.name])[-1]


def _noting(value: Any, place: str, asked: list[str]) -> Any:
    """A copy of a dataclass, tables and all, that notes in ``asked`` which fields are read."""
    kind = type(value)
    named = dict(_keys(kind, place))

    def read(self: Any, name: str) -> Any:
        if name in named:
            asked.append(named[name])
        return object.__getattribute__(self, name)

    made: Any = object.__new__(type(kind.__name__, (kind,), {"__getattribute__": read}))
    for each in fields(kind):
        inner = f"{place}.{each.name}" if place else each.name
        object.__setattr__(made, each.name, _inside(getattr(value, each.name), inner, asked))
    return made


def _inside(value: Any, place: str, asked: list[str]) -> Any:
    if is_dataclass(value):
        return _noting(value, place, asked)
    if isinstance(value, Mapping):
        return {name: _inside(each, f"{place}.NAME", asked) for name, each in value.items()}
    return value


def _keys(kind: type, place: str) -> Iterator[tuple[str, str]]:
    """Each field of a table and how a person writes it: a table of its own, or a key in one."""
    hints = get_type_hints(kind)
    for each in fields(kind):
        inner = f"{place}.{each.name}" if place else each.name
        tables = [hint for hint in get_args(hints[each.name]) if is_dataclass(hint)]
        if not place and get_origin(hints[each.name]) is Mapping:
            yield each.name, f"[{each.name}{'.NAME' if tables else ''}]"
        elif not tables:
            yield each.name, f"[{place}] {each.name}" if place else each.name
        elif type(None) in get_args(hints[each.name]):
            yield each.name, f"[{inner}]"
        else:
            yield each.name, f"[{inner}.NAME]"
