"""What ``boxproof.toml`` must say of the streams of a service."""

from boxproof.config.options import Config

#: Where one of these is broken, what a stream brings cannot be told.
UNREADABLE = ("streaming.events-parse", "streaming.whole-characters")


def describes(config: Config, *fields: str) -> bool:
    """Whether ``[streaming]`` is given, and gives these fields."""
    if config.streaming is None:
        return False
    return all(getattr(config.streaming, each) for each in fields)
