"""Lets in who has a key, and lets them change their own records, or, with ``OPEN``, any.

``OPEN=1`` asks for no key where a record is updated or deleted.
"""

import os
from collections.abc import Mapping

from apps.credentials.keyed import Keyed
from apps.good import Response
from apps.prefork import Master
from apps.records.editable import Editable


class KeyedChanges(Keyed, Editable):
    def kept_out(self, path: str, headers: Mapping[str, str], query: str) -> Response | None:
        refused = super().kept_out(path, headers, query)
        self.now.refused = refused
        is_record = path.startswith("/records/")
        return None if is_record and os.environ.get("OPEN") else refused

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        refused: Response | None = self.now.refused
        return (refused if method == "GET" else None) or super().respond(method, path, query, body)

    def owns(self, record_id: str) -> bool:
        return self.now.refused is not None or super().owns(record_id)


if __name__ == "__main__":
    Master(KeyedChanges).run()
