"""Keeps 255 bytes of a text, as a column of a database may."""

from typing import Any

from apps.good import Service
from apps.prefork import Master
from apps.store import Store

BYTES = 255


class Column(Store):
    def keep(self, record: dict[str, Any]) -> None:
        cut = record["prompt"].encode()[:BYTES].decode(errors="ignore")
        super().keep({**record, "prompt": cut})


class CutsText(Service):
    store_class = Column


if __name__ == "__main__":
    Master(CutsText).run()
