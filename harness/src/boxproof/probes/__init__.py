"""Probes do I/O and record what happened; they never judge."""
