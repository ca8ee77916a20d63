"""A module of pytest tests that ask with requests."""

from boxproof.exports import python_source
from boxproof.exports.first_steps import Plan

MODULE = '''\
"""A first test of {service}, made by 'boxproof export pytest'.

    pip install pytest requests
    BASE_URL={url} pytest test_service.py
"""

import os

import pytest
import requests

BASE_URL = os.environ.get("BASE_URL", {url!r})
LOGIN_HEADERS = {headers}
LOGIN_PARAMETERS = {parameters}
{notes}STEPS = [
{steps}
]


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "statuses"),
    [pytest.param(*step[1:6], id=step[0]) for step in STEPS],
)
def test_it_answers_as_promised(method, path, headers, body, statuses):
    answer = requests.request(
        method,
        BASE_URL + path,
        headers={{**headers, **LOGIN_HEADERS}},
        params=LOGIN_PARAMETERS,
        data=body,
        timeout=60,
        allow_redirects=False,
    )
    assert answer.status_code in statuses, answer.text
'''


def render(plan: Plan) -> str:
    """The module."""
    headers, parameters = python_source.login(plan.login)
    return MODULE.format(
        service=plan.service,
        url=plan.url,
        headers=headers,
        parameters=parameters,
        notes=python_source.notes(plan),
        steps=python_source.listed(plan),
    )
