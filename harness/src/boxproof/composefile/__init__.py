"""From the production compose document to the test compose document, by pure functions.

The production document is what ``docker compose config --format json`` resolves; nothing here
reads files, starts processes or looks at the environment.
"""

from boxproof.composefile.plan import BuildInputs, Plan
from boxproof.composefile.rendering import diff, render
from boxproof.composefile.services_beside import neighbours
from boxproof.composefile.transform import copies, only_read, transform

__all__ = [
    "BuildInputs",
    "Plan",
    "copies",
    "diff",
    "neighbours",
    "only_read",
    "render",
    "transform",
]
