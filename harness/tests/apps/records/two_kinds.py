"""Keeps drafts beside its sayings, below ``/drafts``, and does with them what ``DRAFTS`` says.

``alters`` gives each back in another spelling, ``forgets`` starts without any.
"""

import os
from dataclasses import replace

from apps.good import Response, Service
from apps.prefork import Master, Settings

HARM = os.environ.get("DRAFTS", "")


class TwoKinds(Service):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        folder = settings.data / "drafts"
        folder.mkdir(exist_ok=True)
        for file in folder.iterdir() if HARM == "forgets" else ():
            file.unlink()
        self.drafts = Service(replace(settings, data=folder))

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        """A draft is answered as a saying is."""
        if not path.startswith("/drafts"):
            return super().respond(method, path, query, body)
        record = path.removeprefix("/drafts")
        path = "/say" if method == "POST" else f"/records{record}"
        said = self.drafts.respond(method, path, query, body)
        if HARM == "alters" and record and said.status == 200:
            said.body["prompt"] = said.body["prompt"].upper()
        return said


if __name__ == "__main__":
    Master(TwoKinds).run()
