"""A master whose workers know that they were told to end."""

from apps.prefork import Master


class Ending(Master):
    ending = False

    def finish(self, *given: object) -> None:
        Ending.ending = True
        super().finish(*given)
