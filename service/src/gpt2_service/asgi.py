"""The application that a server imports: `gpt2_service.asgi:app`."""

from gpt2_service.boot import boot

app = boot()
