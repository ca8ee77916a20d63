"""Lets every origin that comes with a cookie send credentials, as a library's wildcard does."""

from collections.abc import Mapping

from apps.good import Service
from apps.prefork import Master


class ReflectsOrigin(Service):
    def every_header(self, given: Mapping[str, str]) -> Mapping[str, str]:
        allowed = given.get("Origin", "*") if "Cookie" in given else "*"
        return {
            **super().every_header(given),
            "Access-Control-Allow-Origin": allowed,
            "Access-Control-Allow-Credentials": "true",
        }


if __name__ == "__main__":
    Master(ReflectsOrigin).run()
