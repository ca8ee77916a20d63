"""``python -m boxproof``."""

import sys

from boxproof.cli import main

if __name__ == "__main__":
    sys.exit(main())
