"""Bodies of requests and answers: whole up to a size, larger ones once each in files of their own.

A body of at most :data:`INLINE_BYTES` stands in its entry, as text where it is UTF-8, else in
base64. A larger one stands in ``bodies/`` beside the journal, in a file named by the SHA-256 of
what is in it, however often it was sent. Once those files hold :data:`TOTAL_BYTES`, a further one
is left out: its entry keeps its size and digest.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

INLINE_BYTES = 64 * 1024
TOTAL_BYTES = 256 * 1024 * 1024
FOLDER = "bodies"


@dataclass(frozen=True, slots=True)
class Body:
    """A body; ``content`` is None where the journal was full, and does not hold it."""

    content: bytes | None
    size_bytes: int
    sha256: str = ""

    @classmethod
    def of(cls, content: bytes | str) -> Self:
        """The body with this content; text is encoded as UTF-8, lone surrogates and all."""
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogatepass")
        return cls(content, len(content))

    @property
    def text(self) -> str:
        """The content for a person to read."""
        if self.content is None:
            return f"({self.size_bytes} bytes, SHA-256 {self.sha256}, not kept)"
        return self.content.decode("utf-8", "replace")


@dataclass
class Bodies:
    """Writes bodies; the folder is made when the first large one comes, or there is a folder."""

    folder: Path | None = None
    inline_bytes: int = INLINE_BYTES
    total_bytes: int = TOTAL_BYTES
    _kept_bytes: int = 0
    _kept: set[str] = field(default_factory=set)
    _held: dict[str, bytes] = field(default_factory=dict)

    def place(self, folder: Path) -> None:
        """Write to this folder from now on, beginning with what was held."""
        self.folder = folder
        for digest, content in self._held.items():
            self._write(folder, digest, content)
        self._held.clear()

    def written(self, body: Body) -> dict[str, Any]:
        """What stands in the entry for a body; a large one is on disk when this returns."""
        content = body.content
        if content is None:
            return {"size_bytes": body.size_bytes, "sha256": body.sha256, "kept": False}
        if len(content) <= self.inline_bytes:
            try:
                return {"text": content.decode()}
            except UnicodeDecodeError:
                return {"base64": base64.b64encode(content).decode()}
        digest = hashlib.sha256(content).hexdigest()
        kept = digest in self._kept or self._keep(digest, content)
        return {"size_bytes": len(content), "sha256": digest, "kept": kept}

    def _keep(self, digest: str, content: bytes) -> bool:
        if self._kept_bytes + len(content) > self.total_bytes:
            return False
        if self.folder is None:
            self._held[digest] = content
        elif not self._write(self.folder, digest, content):
            return False
        self._kept.add(digest)
        self._kept_bytes += len(content)
        return True

    def _write(self, folder: Path, digest: str, content: bytes) -> bool:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / digest).write_bytes(content)
        except OSError:
            return False
        return True


def read_body(written: Any, folder: Path) -> Body | None:
    """The body for which this stands in an entry."""
    if written is None:
        return None
    if isinstance(written, str):
        return Body.of(written)
    if "text" in written:
        return Body.of(written["text"])
    if "base64" in written:
        return Body.of(base64.b64decode(written["base64"]))
    content = None
    if written["kept"]:
        try:
            content = (folder / written["sha256"]).read_bytes()
        except OSError:
            content = None
    return Body(content, written["size_bytes"], written["sha256"])
