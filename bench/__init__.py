"""Benchmarks of the service, each with its own command; results stand side by side in one run."""
