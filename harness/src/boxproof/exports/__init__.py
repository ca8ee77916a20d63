"""First tests for other tools, made of ``boxproof.toml`` and the OpenAPI document.

One module a format, whose ``render`` makes a text of the steps; a team goes on from there.
"""
