"""``python -m boxproof.targets.power MOUNTPOINT``: serves the forgetful file system."""

import sys

from boxproof.targets.power.filesystem import serve

if __name__ == "__main__":
    serve(sys.argv[1])
