"""What ``boxproof.toml`` must say of the texts that a service makes."""

from boxproof.config.options import Config


def describes(config: Config, *fields: str) -> bool:
    """Whether ``[generation]`` is given, and names these fields."""
    if config.generation is None:
        return False
    return all(getattr(config.generation, each) is not None for each in fields)


def takes_any_text(config: Config) -> bool:
    """Whether any text of the user's can be sent, and stands where all characters may.

    A header holds no line feed, and many a server takes no encoded slash in a path.
    """
    work = config.work
    anywhere = work.text is not None and work.text_place in ("body", "query")
    return anywhere and not work.text_pattern


def repeatable(config: Config, *fields: str) -> bool:
    """Whether it does, and the work's text may be sent several times."""
    return describes(config, *fields) and not config.work.text_unique


def greedy(config: Config, *fields: str) -> bool:
    """Whether it does, and says how the likeliest tokens are asked for."""
    return (
        repeatable(config, *fields)
        and config.generation is not None
        and bool(config.generation.greedy)
    )
