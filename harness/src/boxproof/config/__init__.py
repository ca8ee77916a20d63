"""``boxproof.toml``: every option declared once, loaded into frozen objects."""

from boxproof.config.loading import load
from boxproof.config.options import Config

__all__ = ["Config", "load"]
