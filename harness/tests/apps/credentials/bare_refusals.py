"""Gives an id to every answer but to whoever it does not let in."""

from dataclasses import replace

from apps.credentials.keyed import Keyed
from apps.good import Response
from apps.prefork import Master


class BareRefusals(Keyed):
    def unauthorized(self) -> Response:
        refusal = super().unauthorized()
        return replace(refusal, headers={**refusal.headers, "X-Request-ID": ""})


if __name__ == "__main__":
    Master(BareRefusals).run()
