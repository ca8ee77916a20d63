"""What a header, or a document, calls a body."""

JSON = "application/json"


def media_type(content_type: str) -> str:
    """The media type that a Content-Type names, in lower case and without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_json(media: str) -> bool:
    """Whether a body of this media type is one JSON document (RFC 6839, section 3.1).

    What is called ``application/stream+json`` is one a line.
    """
    return media == JSON or (media.endswith("+json") and media != "application/stream+json")
