"""A locustfile whose users send the steps that have a weight."""

from dataclasses import replace

from boxproof.exports import python_source
from boxproof.exports.first_steps import Plan

MODULE = '''\
"""Users of {service}, made by 'boxproof export locust'.

    pip install locust
    locust -f locustfile.py --host {url}
"""

import os
import random

from locust import HttpUser, between, task

LOGIN_HEADERS = {headers}
LOGIN_PARAMETERS = {parameters}
{notes}STEPS = [
{steps}
]
WEIGHTS = [step[6] for step in STEPS]


class User(HttpUser):
    host = os.environ.get("BASE_URL", {url!r})
    wait_time = between(1, 3)

    @task
    def ask(self):
        name, method, path, headers, body, statuses, _ = random.choices(STEPS, WEIGHTS)[0]
        with self.client.request(
            method,
            path,
            name=name,
            headers={{**headers, **LOGIN_HEADERS}},
            params=LOGIN_PARAMETERS,
            data=body,
            catch_response=True,
        ) as answer:
            if answer.status_code not in statuses:
                answer.failure(f"returned {{answer.status_code}}")
'''


def render(plan: Plan) -> str:
    """The locustfile."""
    headers, parameters = python_source.login(plan.login)
    sent = replace(plan, steps=tuple(each for each in plan.steps if each.weight))
    return MODULE.format(
        service=plan.service,
        url=plan.url,
        headers=headers,
        parameters=parameters,
        notes=python_source.notes(plan),
        steps=python_source.listed(sent),
    )
