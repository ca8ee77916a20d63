"""``python -m boxproof.targets.lossy_disk MOUNTPOINT``: serves the forgetful file system."""

import sys

from boxproof.targets.lossy_disk.filesystem import serve

if __name__ == "__main__":
    serve(sys.argv[1])
