"""Does not say how to get in."""

from apps.credentials.keyed import Keyed
from apps.good import Response
from apps.prefork import Master


class NoChallenge(Keyed):
    def unauthorized(self) -> Response:
        return Response(401, {"detail": "no such key"})


if __name__ == "__main__":
    Master(NoChallenge).run()
