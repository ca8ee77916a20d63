"""Logs what it was asked for, the query with its key included."""

from collections.abc import Mapping

from apps.credentials.query_keyed import QueryKeyed
from apps.prefork import Master, log


class LogsQueries(QueryKeyed):
    def key_in(self, headers: Mapping[str, str], query: str) -> str:
        log("info", f"asked: ?{query}")
        return super().key_in(headers, query)


if __name__ == "__main__":
    Master(LogsQueries).run()
