"""Why the engine did not answer."""

from gpt2_service.errors import RequestError


class SaturatedError(RequestError):
    """The queue is full (RFC 6585, section 4)."""

    status = 429
    description = "Too many requests are waiting"
    retry_after_seconds = 1
    code = "rate_limit_exceeded"

    def __init__(self) -> None:
        super().__init__("too many requests are waiting; try again later")


class NotStartedError(RequestError):
    """The time that a request may take was over before the model began with it."""

    status = 503
    description = "Generation did not start in time"
    retry_after_seconds = 5

    def __init__(self, seconds: float) -> None:
        super().__init__(f"generation did not start within {seconds:g} s")


class NoTimeLeftError(RequestError):
    """What is left of the time that a request may take is less than its text takes."""

    status = 503
    description = "Too little time was left to generate the text"
    retry_after_seconds = 5

    def __init__(self, seconds: float) -> None:
        super().__init__(f"generation would not finish within {seconds:g} s")


class OverdueError(RequestError):
    """The time that a request may take was over before the model was done."""

    status = 504
    description = "Generation started, but did not finish in time"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"generation did not finish within {seconds:g} s")


class ClientGoneError(RequestError):
    """The client disconnected before its response; only the log sees this (status of nginx)."""

    status = 499
    description = "The client disconnected"

    def __init__(self) -> None:
        super().__init__("the client disconnected")
