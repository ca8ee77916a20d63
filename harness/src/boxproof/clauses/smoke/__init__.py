"""Smoke: the service answers, generates and remembers."""
