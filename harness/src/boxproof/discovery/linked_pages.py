"""What a service links to from its first page: without a document, that can be asked for."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote, urlsplit

from boxproof.config.operations import ValidRequest
from boxproof.core.breaches import UnusableAnswer
from boxproof.discovery.candidates import HARMFUL, Candidate
from boxproof.probes.client import Client
from boxproof.probes.messages import Answer

#: A link in HTML, or a value in JSON that is one.
LINK = re.compile(r"""(?:href|src|url)["']?\s*[=:]\s*["']([^"'#\s]+)""")
#: What every page links to, and nobody asks a service for.
DECORATION = re.compile(r"\.(css|js|ico|png|svg|woff2?|map)$|/static/|/-/")
PAGES_MOST = 30


def find(client: Client) -> Iterator[list[Candidate]]:
    """What its first page links to, and what those pages do, asked for by GET; JSON first."""
    seen: dict[str, Answer] = {}
    for path in islice(_paths(seen), PAGES_MOST):
        answer = client.look(path)
        if answer is not None and answer.status == 200:
            seen[path] = answer
    for path in sorted(seen.keys() - {"/"}, key=lambda each: (not _is_json(seen[each]), each)):
        yield [Candidate(ValidRequest(path=path, method="GET"), None, "a link of its pages")]


def _paths(seen: dict[str, Answer]) -> Iterator[str]:
    """Paths to look at; ``seen`` grows meanwhile."""
    yield "/"
    known = {"/"}
    queue = ["/"]
    while queue:
        answer = seen.get(queue.pop(0))
        for path in [] if answer is None else _links(answer):
            if path not in known:
                known.add(path)
                queue.append(path)
                yield path


def _links(answer: Answer) -> Iterator[str]:
    for url in LINK.findall(answer.body.decode("utf-8", "replace")):
        try:
            elsewhere = urlsplit(url).netloc not in ("", answer.request.endpoint.host)
            path = unquote(answer.target(url).partition("?")[0])
        except (UnusableAnswer, ValueError):
            continue
        left_out = DECORATION.search(path) or HARMFUL.search(path.lower())
        if not elsewhere and not left_out and "{" not in path:
            yield path


def _is_json(answer: Answer) -> bool:
    try:
        answer.json()
    except UnusableAnswer:
        return False
    return True
