"""Toy services that break what the OpenAPI document promises, and what serves them in a test."""
