"""Listens on the port that it always listened on."""

import os

from apps.good import Service
from apps.prefork import Master

if __name__ == "__main__":
    os.environ["PORT"] = "8000"
    Master(Service).run()
