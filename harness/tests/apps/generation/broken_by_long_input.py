"""Refuses a prompt that is too long for it, and the request after that as well."""

from apps.good import PROMPT_CHARACTERS, Refused, Service
from apps.prefork import Master


class BrokenByLongInput(Service):
    def fits(self, prompt: str) -> bool:
        mark = self.settings.data / "broken"
        if mark.exists():
            mark.unlink()
            raise Refused(503, "the model is gone")
        if len(prompt) > PROMPT_CHARACTERS:
            mark.touch()
        return super().fits(prompt)


if __name__ == "__main__":
    Master(BrokenByLongInput).run()
