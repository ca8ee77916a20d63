"""Lifecycle: what signals and the deaths of processes do to a server."""
