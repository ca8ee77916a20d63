"""The image in containers: Docker Engine and Compose v2 behind the target's interfaces."""

from boxproof.targets.compose.target import ComposeTarget

__all__ = ["ComposeTarget"]
