"""The errors that this service raises on purpose.

A `StartupError` ends the process before it serves, with one line and an exit code. A
`RequestError` becomes a response: it carries its status, and its text is what the client reads.
Neither imports anything heavy, so that a bad setting is told at once.
"""

from typing import ClassVar


class StartupError(Exception):
    """The service cannot start; the text is one lowercase line without a traceback."""

    exit_code: ClassVar[int] = 3


class SettingError(StartupError):
    """An environment variable has a value that its rule forbids.

    The text names the variable, the value seen and the rule. `value` is None where nobody may see
    it.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, name: str, value: str | None, rule: str) -> None:
        seen = "the value" if value is None else repr(value)
        super().__init__(f"{name}: {seen} {rule}")


class RequestError(Exception):
    """A request that is answered with an error.

    `status` is the HTTP status, `description` what the OpenAPI document says of it,
    `retry_after_seconds` the value of a Retry-After header and `challenge` that of a
    WWW-Authenticate header, where one is sent. `param` and `code` tell clients of OpenAI's API
    which parameter is at fault, and what is wrong in one word.
    """

    status: ClassVar[int]
    description: ClassVar[str]
    retry_after_seconds: int | None = None
    challenge: ClassVar[str | None] = None
    param: str | None = None
    code: str | None = None


class ForbiddenPromptError(RequestError):
    """The prompt contains a forbidden word."""

    status = 400
    description = "The prompt contains a forbidden word"

    def __init__(self, word: str) -> None:
        super().__init__(f"the prompt contains the forbidden word {word!r}")


class KeyMissingError(RequestError):
    """The service requires a key and the request has none (RFC 9110, section 15.5.2)."""

    status = 401
    description = "The request has no API key, and the service requires one"
    # The scheme of RFC 6750, whose header takes the same keys as X-API-Key.
    challenge = 'Bearer realm="gpt2-service"'

    def __init__(self) -> None:
        super().__init__("no API key; send X-API-Key or Authorization: Bearer")


class KeyRefusedError(RequestError):
    """The request has a key that the service does not know (RFC 9110, section 15.5.4)."""

    status = 403
    description = "The API key is not valid"

    def __init__(self) -> None:
        super().__init__("invalid API key")


class InvalidKeyError(KeyRefusedError):
    """The same, as clients of OpenAI's API expect it: they know a wrong key by a 401."""

    status = 401
    challenge = KeyMissingError.challenge
    code = "invalid_api_key"


class InvalidRequestError(RequestError):
    """A request of OpenAI's API breaks the schema, which that API answers with 400."""

    status = 400
    description = "The request breaks the schema"

    def __init__(self, message: str, param: str | None, code: str | None) -> None:
        super().__init__(message)
        self.param = param
        self.code = code


class ModelNotFoundError(RequestError):
    """The service does not serve this model."""

    status = 404
    description = "The model does not exist"
    param = "model"
    code = "model_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(f"the model {name[:100]!r} does not exist; GET /v1/models lists what does")


class RecordNotFoundError(RequestError):
    """There is no record with this id that the caller may see."""

    status = 404
    description = "The record does not exist"

    def __init__(self, record_id: int) -> None:
        super().__init__(f"record {record_id} does not exist")


class RequestTooSlowError(RequestError):
    """The client did not send its request in time (RFC 9110, section 15.5.9)."""

    status = 408
    description = "The request was not complete in time"

    def __init__(self, limit_seconds: int) -> None:
        super().__init__(f"the request was not complete within {limit_seconds} seconds")


class BodyTooLargeError(RequestError):
    """The body is longer than the service reads (RFC 9110, section 15.5.14)."""

    status = 413
    description = "The body is too large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the body is larger than {limit_bytes} bytes")


class TargetTooLongError(RequestError):
    """Path and query are longer than the service reads (RFC 9110, section 15.5.15)."""

    status = 414
    description = "Path and query are too long"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"path and query are longer than {limit_bytes} bytes")


class UnsupportedMediaTypeError(RequestError):
    """The body is not declared as JSON (RFC 9110, section 15.5.16)."""

    status = 415
    description = "The body is not declared as JSON"

    def __init__(self, content_type: str | None) -> None:
        seen = "no content type" if content_type is None else f"content type {content_type!r}"
        super().__init__(f"the body has {seen}; send application/json")


class HeadersTooLargeError(RequestError):
    """The header fields are larger than the service reads (RFC 6585, section 5)."""

    status = 431
    description = "The header fields are too large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the header fields are larger than {limit_bytes} bytes")


class InternalError(RequestError):
    """A real fault; the response does not leak internals."""

    status = 500
    description = "Internal error; the log has its cause under the request's id"

    def __init__(self) -> None:
        super().__init__("internal error")


class ServiceStoppingError(RequestError):
    """The grace period after SIGTERM ended before the request did."""

    status = 503
    description = "The service is stopping"
    retry_after_seconds = 5

    def __init__(self) -> None:
        super().__init__("the service is stopping")


class StoreUnavailableError(RequestError):
    """The database is not available."""

    status = 503
    description = "The database is not available"
    retry_after_seconds = 5


class StoreFullError(RequestError):
    """There is no room left to write (RFC 4918, section 11.5)."""

    status = 507
    description = "The history's disk is full"

    def __init__(self) -> None:
        super().__init__("the history's disk is full")
