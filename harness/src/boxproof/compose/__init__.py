"""From the production compose document to the test compose document, by pure functions.

The production document is what ``docker compose config --format json`` resolves; nothing here
reads files, starts processes or looks at the environment.
"""

from boxproof.compose.document import test_document
from boxproof.compose.plan import BuildInputs, Plan
from boxproof.compose.rendering import diff, render

__all__ = ["BuildInputs", "Plan", "diff", "render", "test_document"]
