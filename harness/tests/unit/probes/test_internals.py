"""What gives the inside away is told by its kind; what a client sent may come back."""

import pytest

from boxproof.probes.internals import shown


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"Traceback (most recent call last):\\n", "a traceback"),
        (b'{"stack": "  at Layer.handle (/srv/router.js:95:5)"}', "a traceback"),
        (b'{"detail": "File \\"/srv/say.py\\", line 3, in say"}', "a traceback"),
        (b'{"trace": "x.E\\r\\n\\tat com.a.B.c(B.java:12)\\n"}', "a traceback"),
        (b'{"trace": "at A.B.C(String x) in /src/A.cs:line 12"}', "a traceback"),
        (b'{"detail": "cannot reach redis://app:s3cret@cache:6379/0"}', "a password in a URL"),
        (b"(sqlite3.IntegrityError) UNIQUE", "an error of a database's driver"),
        (b'{"error": "pq: duplicate key value"}', "an error of a database's driver"),
        (b'{"sql": "SELECT id \\nFROM records WHERE id = ?"}', "SQL"),
        (b'{"file": "\\/srv\\/app\\/x.php"}', "a path of the server's files"),
        (b'{"errors": {"/srv/app/say.py": ["line 3"]}}', "a path of the server's files"),
        (b"no such file: /srv/app/settings.toml", "a path of the server's files"),
    ],
)
def test_internals_are_told_by_kind(body: bytes, kind: str) -> None:
    """As frameworks and drivers print them."""
    assert shown(body) == kind


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"message": "Unhandled error", "traceback": ""}',
        b'{"detail": "select one from the list"}',
        b'{"type": "https://example.org/problems/app/limits.html", "instance": "/app/users/7"}',
        b'{"detail": "unexpected token at offset (1:20)"}',
        b'<script src="/app/main.js"></script><link href="/app/site.conf">',
        b'{"detail": "see https://sqlite.org/lang.html"}',
    ],
)
def test_what_a_client_may_read_is_none(body: bytes) -> None:
    """Words alone, a path of the API, a link to a description."""
    assert shown(body) == ""


def test_what_was_asked_may_come_back() -> None:
    """Validation errors repeat what they refuse."""
    said = b'{"input": "/etc/app/users.db", "msg": "not a number"}'
    assert shown(said, '{"limit": "/etc/app/users.db"}') == ""
    assert shown(said, '{"limit": "x"}') == "a path of the server's files"
