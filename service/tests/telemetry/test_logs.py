"""The log's lines: one JSON object each."""

import json
import logging
import logging.config
import sys
import warnings

import pytest

from gpt2_service.telemetry.logs import JsonFormatter, logging_config, request_id, take_over


def formatted(**attributes: object) -> dict[str, object]:
    record = logging.makeLogRecord({"msg": "said", "levelname": "INFO", **attributes})
    text = JsonFormatter().format(record)
    assert "\n" not in text
    parsed: dict[str, object] = json.loads(text)
    return parsed


def test_a_line_holds_time_level_logger_and_message() -> None:
    """And the fields that the caller adds."""
    entry = formatted(name="here", fields={"tokens": 3})
    assert entry["level"] == "info"
    assert entry["logger"] == "here"
    assert entry["message"] == "said"
    assert entry["tokens"] == 3
    assert str(entry["time"]).endswith("+00:00")
    assert "request_id" not in entry


def test_a_line_within_a_request_holds_its_id() -> None:
    """From the context, so that no caller has to pass it on."""
    token = request_id.set("r-1")
    try:
        assert formatted()["request_id"] == "r-1"
    finally:
        request_id.reset(token)


def test_an_exception_stays_on_its_line() -> None:
    """A traceback over many lines would break whoever reads the log."""
    try:
        raise ValueError("two\nlines \ud800")
    except ValueError:
        entry = formatted(exc_info=sys.exc_info())
    assert "ValueError: two\nlines" in str(entry["exception"])


def test_warnings_and_libraries_write_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Python's warnings, gunicorn's errors and a library with a handler of its own."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    library = logging.getLogger("some_library")
    library.addHandler(logging.StreamHandler())
    library.propagate = False
    try:
        logging.config.dictConfig(logging_config("info"))
        logging.captureWarnings(True)
        take_over("some_library")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("careful", stacklevel=1)
        logging.getLogger("gunicorn.error").error("stopped")
        library.warning("hello")
    finally:
        logging.captureWarnings(False)
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.getLogger("gunicorn.error").handlers.clear()
    captured = capsys.readouterr()
    entries = [json.loads(line) for line in captured.out.splitlines()]
    assert [entry["logger"] for entry in entries] == [
        "py.warnings",
        "gunicorn.error",
        "some_library",
    ]
    assert captured.err == ""
