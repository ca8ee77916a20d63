"""Refuses everything for good once it was asked for more than it can do."""

from pathlib import Path

from apps.good import Response
from apps.load.limited import Limited
from apps.prefork import Master

#: So many refusals are too much.
MOST = 150


class StaysBroken(Limited):
    def lets_in(self) -> bool:
        marks = Path(self.settings.data, "refused")
        return (not marks.exists() or marks.stat().st_size < MOST) and super().lets_in()

    def too_much(self) -> Response:
        with Path(self.settings.data, "refused").open("ab") as marks:
            marks.write(b".")
        return super().too_much()


if __name__ == "__main__":
    Master(StaysBroken).run()
