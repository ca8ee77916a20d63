"""Why the engine did not answer."""

from gpt2_service.errors import RequestError


class SaturatedError(RequestError):
    """As many requests wait as may (RFC 6585, section 4)."""

    status = 429
    description = "Too many requests wait; the header says when to try again"
    retry_after_seconds = 1

    def __init__(self) -> None:
        super().__init__("too many requests are waiting; try again later")


class OverdueError(RequestError):
    """The time that a request may take is over."""

    status = 504
    description = "The text was not ready in time"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the text was not ready within {seconds:g} s")
