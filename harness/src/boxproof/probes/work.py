"""The service's work: the valid request of ``boxproof.toml``, as it stands or changed."""

import copy
import itertools
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from boxproof.config.operations import ID, NAMED_PART, Operation, ValidRequest
from boxproof.config.values import ID_PARTS
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import resolve, with_value
from boxproof.probes.messages import Answer, Request
from boxproof.probes.payload import pairs, payload, written
from boxproof.probes.texts import Texts

#: Ids that are numbers: another range of 31 bits in each process, lest two meet.
_numbers = itertools.count(secrets.randbelow(2**30) + 1)


@dataclass(frozen=True, slots=True)
class Work:
    """Sends one valid request to a deployment."""

    client: Client
    valid: ValidRequest

    @property
    def texts(self) -> Texts:
        """The texts that it takes."""
        return Texts.of(self.valid)

    @property
    def own_text(self) -> str | None:
        """The user's text as the file has it; None where it does not say, or is new each time."""
        valid = self.valid
        if valid.text is None or valid.text_unique:
            return None
        within = valid.content if valid.text_place == "body" else getattr(valid, valid.text_place)
        return str(resolve(valid.text, within))

    def fields(self, *over: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of the fields of its body, or of its query where it has none.

        Args:
            over: fields over those, in tables of it as well: the others of a table stay.
        """
        valid = self.valid
        made: dict[str, Any] = dict((valid.content if valid.body_encoding else valid.query) or {})
        for each in over:
            made = _merged(made, each)
        return copy.deepcopy(made)

    def send(self, text: str | None = None, /, **fields: Any) -> Answer:
        """Send the request, changed as :meth:`request` says; any status is returned.

        Raises:
            NoAnswer: it got none.
        """
        return self.client.send(self.request(fields, text))

    def request(self, fields: Mapping[str, Any] | None = None, text: str | None = None) -> Request:
        """The request, to the present address: with other top-level ``fields`` of its body, or of
        its query where it has no body, and with another text of the user's.

        Where each text is accepted once only it has a fresh one, and where the client chooses the
        id, a fresh one as well.

        Raises:
            ValueError: ``boxproof.toml`` does not say where the text stands.
        """
        valid = self.valid
        parts: dict[str, Any] = {
            name: getattr(valid, name) for name in ("parameters", "query", "headers", "cookies")
        }
        parts["body"] = valid.content
        if fields:
            place = "body" if valid.body_encoding else "query"
            parts[place] = {**(parts[place] or {}), **fields}
        if text is None and valid.text_unique:
            text = self.texts.fresh()
        if text is not None:
            if valid.text is None:
                raise ValueError("it is not configured where the user's text stands")
            parts[valid.text_place] = with_value(parts[valid.text_place], valid.text, text)
        if valid.takes_id:
            parts["parameters"] = {ID: new_id(valid), **parts["parameters"]}
        content = payload(valid, parts["body"])
        return replace(described(self.client, valid, **parts), payload=content, valid=valid)


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """A table with the fields of another one over its own, tables in it as well."""
    made = dict(one)
    for name, value in other.items():
        inner = made.get(name)
        tables = isinstance(inner, Mapping) and isinstance(value, Mapping)
        made[name] = _merged(inner or {}, value) if tables else value
    return made


def new_id(valid: ValidRequest) -> str:
    """An id that no other record has, in the form of those that the client chooses."""
    made = {"uuid": str(uuid.uuid4()), "hex": uuid.uuid4().hex, "number": str(next(_numbers))}
    return ID_PARTS.sub(lambda found: made[found[1]], valid.id_form)


def described(client: Client, operation: Operation, **changes: Any) -> Request:
    """The request that a file describes, to the present address, with other fields of its own."""
    operation = replace(operation, **changes)
    cookies = "; ".join(f"{name}={value}" for name, value in operation.cookies.items())
    headers = (*operation.headers.items(), *([("Cookie", cookies)] if cookies else []))
    return Request(operation.method, client.endpoint(), _target(operation), headers=headers)


def described_record(client: Client, operation: Operation, key: Any) -> Request:
    """The request that a file describes, for the record that is read by ``key``."""
    return described(client, operation, parameters={**operation.parameters, ID: key})


def _target(operation: Operation) -> str:
    """A path with its names filled in, and its query."""
    given, path = operation.parameters, operation.path
    filled = NAMED_PART.sub(lambda found: quote(written(given[found[1]]), safe=""), path)
    query = urlencode(pairs(operation.query))
    return filled + (("&" if "?" in path else "?") + query if query else "")
