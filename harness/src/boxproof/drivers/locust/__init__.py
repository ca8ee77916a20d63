"""Drives Locust (https://docs.locust.io), in processes of its own.

Locust patches the standard library when it is imported (gevent), so nothing that the harness itself
imports may import it: :mod:`recording`, :mod:`described_users` and :mod:`recorded` are loaded by
Locust's own command alone.
"""
