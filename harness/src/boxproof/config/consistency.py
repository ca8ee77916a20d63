"""What the settings of one ``boxproof.toml`` must say of each other."""

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping

import jsonpointer

from boxproof.config import values
from boxproof.config.options import CONTRACT, Config, ValidRequest
from boxproof.core.waivers import scope_of


def problems(config: Config) -> Iterator[str]:
    """Each setting that does not fit the others: its place, the value, and the rule."""
    if config.contract > CONTRACT:
        yield (
            f"contract: {config.contract} is not supported; "
            f"this version of boxproof knows contracts up to {CONTRACT}"
        )
    for clause, reason in config.declined.items():
        if not reason.strip():
            yield f"declined.{clause}: {reason!r} is empty; write why"
    for waiver, times in Counter((each.clause, scope_of(each)) for each in config.waivers).items():
        if times > 1:
            what = ", ".join(each for each in waiver if each)
            yield f"waivers: {times} of them are for {what}; keep one"
    yield from _of_request("work", config.work)
    for name, kind in config.records.items():
        if kind.create is not None:
            yield from _of_request(f"records.{name}.create", kind.create)


def _of_request(place: str, request: ValidRequest) -> Iterator[str]:
    """The text stands in the body."""
    if request.text is None or isinstance(_found(request.text, request.body), str):
        return
    known = list(values.texts(request.body))
    near = difflib.get_close_matches(request.text, known, n=1) or known[:1]
    meant = f"; did you mean {near[0]!r}?" if near else ""
    yield f"{place}.text: {request.text!r} names no text in {place}.body{meant}"


def _found(pointer: str, body: Mapping[str, object]) -> object:
    try:
        return jsonpointer.resolve_pointer(body, pointer)
    except jsonpointer.JsonPointerException:
        return None
