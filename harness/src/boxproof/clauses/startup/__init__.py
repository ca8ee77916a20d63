"""Startup: how the server starts, runs, refuses to start, and stops."""
