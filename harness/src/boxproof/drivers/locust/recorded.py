"""A locustfile that has no users: beside a team's own one it counts what is seen."""

from boxproof.drivers.locust import recording

recording.listen()
