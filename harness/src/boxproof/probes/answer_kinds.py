"""Answers of several kinds: to valid requests, and to those that are wrong in a common way."""

from collections.abc import Iterator
from dataclasses import replace

from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer
from boxproof.probes.messages import Answer, Request
from boxproof.probes.work import Work

UNKNOWN = "/no-such-path-7b1d"


def answers_of_each_kind(work: Work, config: Config) -> Iterator[Answer]:
    """A look at the health path, an unknown path, a wrong method, work, and work that is refused:
    cut short, and without the credential where one is asked for.

    What gets no answer is left out: that is for others to judge.
    """
    client = work.client
    endpoint = client.endpoint()
    valid = work.request()
    requests = [
        Request("GET", endpoint, config.health.path),
        Request("GET", endpoint, UNKNOWN),
        Request("DELETE", endpoint, config.health.path),
        valid,
    ]
    if valid.payload is not None:
        requests.append(replace(valid, payload=replace(valid.payload, content=b"{")))
    if endpoint.credentials:
        requests.append(replace(valid, endpoint=replace(endpoint, credentials=())))
    for request in requests:
        try:
            yield client.send(request)
        except NoAnswer:
            continue
