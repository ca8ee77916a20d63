"""Read ``boxproof.toml`` into a :class:`~boxproof.config.options.Config`, or say what is wrong."""

import datetime
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_origin

from boxproof.config.consistency import problems
from boxproof.config.declaring import option
from boxproof.config.options import CONTRACT, Config, Waiver
from boxproof.core.errors import ConfigError
from boxproof.core.suggestions import did_you_mean

TYPE_NAMES = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime.date: "a date such as 2027-01-31, without quotes",
}


@dataclass(frozen=True, slots=True)
class _Waivers:
    """All that a file of waivers holds."""

    waivers: tuple[Waiver, ...] = option("what is accepted by name, until a day", ())


def load(path: Path) -> Config:
    """Load and check a ``boxproof.toml``, and the file of waivers beside it where there is one.

    Raises:
        ConfigError: a file is missing, is not valid TOML, is of an older contract, or holds an
            unknown, missing or wrong setting.
    """
    data = read(path)
    _refuse_older(path, data)
    given = {"root": path.resolve().parent, "file": path}
    config = typing.cast(Config, _table(Config, data, str(path), "", **given))
    config = replace(config, waivers=(*config.waivers, *_waivers_beside(path)))
    if config.generation is not None:
        config = replace(config, generation=config.generation.completed())
    for problem in problems(config):
        raise ConfigError(f"{path}: {problem}")
    return config


def waivers_file(path: Path) -> Path:
    """Where the waivers of a ``boxproof.toml`` stand that are not in it."""
    return path.with_name(f"{path.stem}.waivers.toml")


def _waivers_beside(path: Path) -> tuple[Waiver, ...]:
    beside = waivers_file(path)
    if not beside.exists():
        return ()
    return typing.cast(_Waivers, _table(_Waivers, read(beside), str(beside), "")).waivers


def read(path: Path) -> dict[str, Any]:
    """What a TOML file holds.

    Raises:
        ConfigError: the file is missing, cannot be read or is not valid TOML.
    """
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from None


def read_text(path: Path) -> str:
    """The text of a configuration file.

    Raises:
        ConfigError: the file is missing or cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: no such file; 'boxproof init' writes one, 'boxproof --config FILE' names "
            "another"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None


def _refuse_older(path: Path, data: Mapping[str, Any]) -> None:
    """Send whoever has a file of an older contract to the command that rewrites it."""
    if "operations" in data:
        raise ConfigError(
            f"{path}: [operations] is of an older contract; 'boxproof migrate' rewrites it"
        )
    if "contract" not in data:
        raise ConfigError(
            f"{path}: contract: missing; add 'contract = {CONTRACT}' as its first line, "
            "or run 'boxproof migrate'"
        )


def _table(cls: type, data: Mapping[str, Any], file: str, place: str, /, **given: Any) -> object:
    """Build the dataclass ``cls`` from a TOML table that stands at ``place``."""
    known = {each.name: each for each in fields(cls) if each.name not in given}
    hints = typing.get_type_hints(cls)
    for name in data:
        if name not in known:
            raise ConfigError(f"{_where(file, place, name)}: unknown setting{nearest(name, known)}")
    for name, each in known.items():
        if name not in data and each.metadata["required"]:
            raise ConfigError(f"{_where(file, place, name)}: missing; {each.metadata['doc']}")
    values = {
        name: _value(hints[name], value, file, f"{place}.{name}" if place else name)
        for name, value in data.items()
    }
    for name, value in values.items():
        rule = known[name].metadata["rule"]
        problem = rule(value) if rule is not None else ""
        if problem:
            at = f"{place}.{name}" if place else name
            raise ConfigError(f"{file}: {at}: {value!r} {problem}")
    made: object = cls(**given, **values)
    return made


def _value(hint: Any, value: Any, file: str, place: str) -> Any:
    """Check one TOML value against its declared type."""
    if get_origin(hint) in (typing.Union, types.UnionType):
        hint = _meant(hint, value)
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise _wrong(file, place, value, "a table")
        return _table(hint, value, file, place)
    origin = get_origin(hint)
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(file, place, value, "an array")
        return tuple(
            _value(get_args(hint)[0], each, file, f"{place}[{n}]") for n, each in enumerate(value)
        )
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise _wrong(file, place, value, "a table")
        return {
            key: _value(get_args(hint)[1], each, file, f"{place}.{key}")
            for key, each in value.items()
        }
    return _scalar(hint, value, file, place)


def _meant(union: Any, value: Any) -> Any:
    """Which of several types a value is of: where an array is one of them, an array is that one."""
    hints = [each for each in get_args(union) if each is not type(None)]
    arrays = [each for each in hints if get_origin(each) is tuple]
    return arrays[0] if arrays and isinstance(value, list) else hints[0]


def _scalar(hint: Any, value: Any, file: str, place: str) -> Any:
    if hint is Any:
        return value
    if hint is Path:
        return _existing(value, file, place)
    if hint is float and type(value) is int:
        value = float(value)
    if type(value) is not hint:
        raise _wrong(file, place, value, TYPE_NAMES[hint])
    if hint in (int, float) and value <= 0:
        raise ConfigError(f"{file}: {place}: {value!r} is not above 0")
    return value


def _existing(value: Any, file: str, place: str) -> Path:
    """A file that a setting names, from the folder of ``boxproof.toml``."""
    if not isinstance(value, str):
        raise _wrong(file, place, value, "a string")
    path = Path(file).resolve().parent / value
    if not path.is_file():
        raise ConfigError(f"{file}: {place}: {value!r}: no such file in {Path(file).parent}")
    return path


def nearest(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` where one is near, else all that are known."""
    names = sorted(known)
    return did_you_mean(name, names) or f"; known here: {', '.join(names)}"


def _where(file: str, place: str, name: str) -> str:
    return f"{file}: {f'[{place}] ' if place else ''}{name}"


def _wrong(file: str, place: str, value: Any, wanted: str) -> ConfigError:
    return ConfigError(f"{file}: {place}: {value!r} is not {wanted}")
