"""Stops as it should, but says that it failed."""

import sys

from apps.good import Service
from apps.prefork import Master

if __name__ == "__main__":
    try:
        Master(Service).run()
    except SystemExit as end:
        sys.exit(end.code or 1)
