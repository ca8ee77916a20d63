"""Persistence: what was acknowledged is there, and stays."""
