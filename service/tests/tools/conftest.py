"""The tools are scripts, not a package: their folder is put on the path as Python does for one."""

import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))
