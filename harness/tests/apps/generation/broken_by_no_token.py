"""Writes to a prompt of nothing but white space, and is gone for the next request."""

from apps.good import Refused, Service
from apps.prefork import Master


class BrokenByNoToken(Service):
    def fits(self, prompt: str) -> bool:
        mark = self.settings.data / "broken"
        if mark.exists():
            mark.unlink()
            raise Refused(503, "the model is gone")
        if prompt.isspace():
            mark.touch()
        return super().fits(prompt)


if __name__ == "__main__":
    Master(BrokenByNoToken).run()
