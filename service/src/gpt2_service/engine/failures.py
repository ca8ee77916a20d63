"""Why the engine did not answer."""

from gpt2_service.errors import RequestError


class SaturatedError(RequestError):
    """As many requests wait as may (RFC 6585, section 4)."""

    status = 429
    description = "Too many requests wait"
    retry_after_seconds = 1

    def __init__(self) -> None:
        super().__init__("too many requests are waiting; try again later")


class NotStartedError(RequestError):
    """The time that a request may take was over before the model began with it."""

    status = 503
    description = "The text was not begun in time"
    retry_after_seconds = 5

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the text was not begun within {seconds:g} s")


class OverdueError(RequestError):
    """The time that a request may take was over before the model was done."""

    status = 504
    description = "The text was begun, but not ready in time"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the text was not ready within {seconds:g} s")


class ClientGoneError(RequestError):
    """The client left before it was answered; only the log sees this (status of nginx)."""

    status = 499
    description = "The client left"

    def __init__(self) -> None:
        super().__init__("the client left")
