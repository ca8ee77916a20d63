"""The example is scripts, not a package: their folder is put on the path as Python does for one."""

import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "replicas"
sys.path.insert(0, str(EXAMPLE))
