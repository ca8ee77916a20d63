"""Serves its operations below a path that only its document's ``servers`` names."""

from typing import Any

from apps.document import openapi
from apps.good import Response, Service
from apps.prefork import Master

BASE = "/api/v1"


class BelowBase(Service):
    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        if path.startswith(f"{BASE}/"):
            return super().respond(method, path.removeprefix(BASE), query, body)
        if path in ("/health", "/openapi.json"):
            return super().respond(method, path, query, body)
        return self.unknown_path()

    def document(self) -> Response:
        return Response(200, self.described())

    def described(self) -> dict[str, Any]:
        return {**openapi(), "servers": [{"url": f"https://api.example.org{BASE}"}]}


if __name__ == "__main__":
    Master(BelowBase).run()
