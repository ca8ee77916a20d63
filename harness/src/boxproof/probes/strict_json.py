"""Whether a body that is called JSON is JSON to the letter (RFC 8259, sections 6 and 8.1)."""

import json
from typing import NoReturn

from boxproof.probes.media_types import is_json, media_type


def problem_of(content_type: str, body: bytes) -> str:
    """Why a body is not UTF-8, or not JSON without NaN and Infinity; empty where it is.

    Empty as well where nothing calls it JSON, and where it is nested too deep for a parser.
    """
    if not body or not is_json(media_type(content_type)):
        return ""
    try:
        # Numbers may be longer than Python's.
        json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_int=str, parse_float=str)
    except RecursionError:
        return ""
    except ValueError as error:
        return str(error)
    return ""


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
