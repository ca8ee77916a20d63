"""Judges services that this project did not write, each by the boxproof.toml in its folder.

    python judge.py [FOLDER...]      all of them where none is named

What is found is printed, and is no failure; that a service cannot be judged is one.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: Kept, broken, partial: the service was judged.
JUDGED = (0, 1, 4)
OPTIONS = ("--seed", "1", "--max-examples", "10", "--budget", "600")
ENVIRONMENT = {
    "JUPYTER_TOKEN": "only-for-trying-it",
    "LITELLM_MASTER_KEY": "sk-only-for-trying-it",
}


def main(names: list[str]) -> int:
    """Judge them one after the other; how many could not be judged."""
    every = sorted(file.parent.name for file in HERE.glob("*/boxproof.toml"))
    unknown = sorted({*names} - {*every})
    if unknown:
        print(f"{', '.join(unknown)}: not there; there are: {', '.join(every)}", file=sys.stderr)
        return 2
    failed = []
    for name in names or every:
        config = str(HERE / name / "boxproof.toml")
        command = [sys.executable, "-m", "boxproof", "--config", config, "run", *OPTIONS]
        environment = {**ENVIRONMENT, **os.environ}
        print(f"==> {name}", flush=True)
        code = subprocess.run(command, env=environment, check=False).returncode
        if code not in JUDGED:
            failed.append(name)
    if failed:
        print(f"could not be judged: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
