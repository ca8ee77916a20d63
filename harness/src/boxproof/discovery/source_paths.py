"""What a service's own source names, where no document describes it: paths and fields."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from boxproof.config.operations import ID, NAMED_PART
from boxproof.discovery.api_document import ApiDocument, Operation
from boxproof.discovery.candidates import BARE_BODIES
from boxproof.discovery.sample_values import TEXT
from boxproof.probes.media_types import JSON

#: A path in quotes, with what a framework lets stand in it: ``{id}``, ``<int:id>``, ``:id``.
QUOTED_PATH = re.compile(r"""["'`](/[A-Za-z][\w./{}<>:-]*)["'`]""")
PLACEHOLDER = re.compile(r"\{[^{}/]*\}|<[^<>/]*>|(?<=/):[A-Za-z]\w*")
#: A name that is taken out of something: ``sent["prompt"]``, ``body.get('text')``.
QUOTED_FIELD = re.compile(r"""(?:\[|\.get\(|\.pop\()["']([A-Za-z_]\w*)["']""")
SUFFIXES = frozenset((".py", ".js", ".mjs", ".ts", ".go", ".rs", ".java", ".kt", ".rb", ".cs"))
LEFT_OUT = re.compile(r"\.|node_modules|venv|tests?$|site-packages|report$|__")
FILES_MOST, FILE_BYTES, FIELDS_MOST = 200, 500_000, 12
#: Paths that are of the machine, not of the service.
OF_THE_MACHINE = re.compile(r"^/(tmp|usr|etc|var|opt|home|proc|dev|app|root|srv|bin|data|model)\b")


def read(root: Path) -> ApiDocument:
    """The operations that the source below a folder suggests.

    None of them is known: each is tried like those of a document.
    """
    texts = [
        each.read_text(encoding="utf-8", errors="replace")
        for each in islice(_files(root), FILES_MOST)
    ]
    paths = {found[1] for text in texts for found in QUOTED_PATH.finditer(text)}
    fields = dict.fromkeys(found[1] for text in texts for found in QUOTED_FIELD.finditer(text))
    bodies = [*BARE_BODIES, *({name: TEXT} for name in [*fields][:FIELDS_MOST])]
    made = {
        (each.method, each.path): each
        for path in sorted(paths)
        if not OF_THE_MACHINE.match(path)
        for each in _operations(path, bodies)
    }
    return ApiDocument("its source", {}, tuple(made.values()))


def _files(root: Path) -> Iterator[Path]:
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(each for each in inner if not LEFT_OUT.match(each))
        for name in sorted(names):
            file = Path(folder, name)
            if file.suffix in SUFFIXES and file.is_file() and file.stat().st_size <= FILE_BYTES:
                yield file


def _operations(path: str, bodies: Sequence[Mapping[str, Any]]) -> Iterator[Operation]:
    named = PLACEHOLDER.sub(f"{{{ID}}}", path)
    if named.count(f"{{{ID}}}") > 1:
        return
    if named.endswith("/"):
        # What is cut off before a record is looked up.
        yield _operation("GET", f"{named}{{{ID}}}")
        named = named.rstrip("/")
    if ID not in NAMED_PART.findall(named):
        yield _operation("POST", named, {"examples": bodies})
    yield _operation("GET", named)


def _operation(method: str, path: str, body: Mapping[str, Any] | None = None) -> Operation:
    return Operation(method, path, (), body, "" if body is None else JSON, path.lower())
