"""Ends with a traceback where its model is missing."""

import os
from dataclasses import replace
from pathlib import Path

from apps.good import Service
from apps.prefork import Master, Settings


class Crashes(Master):
    def settings(self) -> Settings:
        model = os.environ.pop("MODEL", "")
        return replace(super().settings(), model=Path(model) if model else None)


if __name__ == "__main__":
    Crashes(Service).run()
