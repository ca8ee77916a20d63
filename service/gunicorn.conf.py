"""Gunicorn's configuration: every value comes from the service's own settings.

Used as ``gunicorn -c service/gunicorn.conf.py gpt2_service.asgi:app``.
"""

from gpt2_service.server import gunicorn_options

globals().update(gunicorn_options())
