"""Requests as shell commands that send the same bytes when pasted into bash.

Bytes that a terminal, a shell's quotes or an argument list would change (NUL, control characters,
anything that is not ASCII) are written as escapes; the rest stays readable. A body that the journal
keeps in a file of its own is sent from there: that line works in the run's report folder.
"""

import hashlib
import shlex
from collections.abc import Collection, Iterable

from boxproof.endpoint import SYSTEM_TRUST, Credential, Tls
from boxproof.journal import bodies

#: Linux allows one argument 128 KiB (MAX_ARG_STRLEN); an escaped byte takes four characters.
ARGUMENT_BYTES = 16_384

#: Of headers that a client sent: what curl sends of its own accord, or what only names the client.
IMPLIED = frozenset({"host", "content-length", "connection", "accept-encoding", "user-agent"})

#: Methods for which a missing body is still sent as an empty one.
EMPTY_BODY = frozenset({"POST", "PUT", "PATCH"})


def curl_line(
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes | None = None,
    *,
    credentials: Iterable[Credential] = (),
    tls: Tls = SYSTEM_TRUST,
    implied: Collection[str] = IMPLIED,
) -> str:
    """The request as one bash command line; ``url`` is percent-encoded already.

    Headers whose names, in lower case, are ``implied`` are left out. Values of credentials are left
    to the variables or files that hold them.
    """
    if body is None and method in EMPTY_BODY:
        body = b""
    parts = ["curl", "-sS", "-i", *_as_it_is(url), *_trust(tls), *_method(method, body)]
    parts.append(quoted(url.encode("utf-8", "surrogatepass")))
    told = [(name, value) for name, value in headers if name.lower() not in implied]
    for option in _headers(told, has_body=body is not None):
        parts += ["-H", option]
    for each in credentials:
        # In double quotes the shell puts the value in.
        if each.in_query:
            # Percent-encodes what follows the equals sign.
            parts += ["--url-query", f'"{each.name}={each.shell}"']
        else:
            parts += ["-H", f'"{each.name}: {each.shell}"']
    if body is None:
        return " ".join(parts)
    if len(body) > bodies.INLINE_BYTES:
        file = f"{bodies.FOLDER}/{hashlib.sha256(body).hexdigest()}"
        return " ".join([*parts, "--data-binary", f"@{file}"])
    if b"\0" in body or len(body) > ARGUMENT_BYTES:
        # No argument can hold a NUL, nor very many bytes: printf is built into the shell.
        return f"printf {_format(body)} | {' '.join([*parts, '--data-binary', '@-'])}"
    return " ".join([*parts, "--data-raw", quoted(body)])


def piped_line(data: bytes, host: str, port: int, *, encrypted: bool) -> str:
    """A bash command line that sends bytes on one connection, and shows what comes back."""
    place = f"-connect {host}:{port}"
    connect = f"openssl s_client -quiet {place}" if encrypted else f"nc {host} {port}"
    return f"printf {_format(data)} | {connect}"


def _as_it_is(url: str) -> list[str]:
    """Options that keep curl from another way or another URL: no proxy, no globs, no tidying."""
    path = url.lower()
    return [
        "--noproxy",
        "'*'",
        *(["--globoff"] if any(each in path for each in "[]{}") else []),
        *(["--path-as-is"] if "/." in path or "%2e" in path else []),
    ]


def _trust(tls: Tls) -> list[str]:
    if not tls.verify:
        return ["--insecure"]
    return ["--cacert", shlex.quote(str(tls.ca_file))] if tls.ca_file is not None else []


def _method(method: str, body: bytes | None) -> list[str]:
    if body is None and method == "GET":
        return []
    if method == "HEAD" and body is None:
        return ["--head"]
    if method == "HEAD":
        # --head sends no body, and -X HEAD waits for one; so it waits for the connection's end.
        return ["-X", "HEAD", "--ignore-content-length", "-H", "'Connection: close'"]
    return ["-X", shlex.quote(method)]


def _headers(headers: Iterable[tuple[str, str]], *, has_body: bool) -> list[str]:
    """The values of curl's ``-H``."""
    options = []
    typed = False
    for name, value in headers:
        if (name.lower(), value) == ("accept", "*/*"):
            continue
        typed = typed or name.lower() == "content-type"
        # curl takes `name:` for "leave it out" and `name;` for "send it empty".
        text = f"{name}: {value}" if value.strip(" \t") else f"{name};"
        options.append(quoted(_wire(text)))
    if has_body and not typed:
        options.append("'Content-Type:'")
    return options


def _wire(text: str) -> bytes:
    """A header as HTTP clients encode it: Latin-1 where that can hold it."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def quoted(data: bytes) -> str:
    """One shell word that stands for exactly these bytes (none of them NUL)."""
    if all(0x20 <= byte < 0x7F for byte in data):
        return shlex.quote(data.decode("ascii"))
    return "$'" + "".join(_escape(byte, "'") for byte in data) + "'"


def _format(data: bytes) -> str:
    """A quoted format for printf that stands for exactly these bytes."""
    # A quote ends the word, so it is escaped by number; a leading dash would be an option.
    text = "".join("%%" if byte == 0x25 else _escape(byte, "") for byte in data)
    return f"-- '{text}'" if text.startswith("-") else f"'{text}'"


def _escape(byte: int, quote: str) -> str:
    if byte == 0x5C:
        return "\\\\"
    if byte == 0x27 and quote:
        return "\\'"
    if byte == 0x27 or not 0x20 <= byte < 0x7F:
        # Always three octal digits, so that what follows is never read as part of the number.
        return f"\\{byte:03o}"
    return chr(byte)
