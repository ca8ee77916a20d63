"""A GPT-2 text generation service with a history of everything it generated."""

__version__ = "0.1.0"
