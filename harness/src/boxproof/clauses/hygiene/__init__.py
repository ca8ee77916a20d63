"""Hygiene: what a service shows of itself, and as whom it runs."""
