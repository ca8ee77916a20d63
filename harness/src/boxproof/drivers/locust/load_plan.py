"""What Locust's processes must know, handed to them by their environment.

It holds no secret: they read the credential where ``boxproof.toml`` says that it is.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from boxproof.core.request_quota import RequestQuota

VARIABLE = "BOXPROOF_LOAD"


@dataclass(frozen=True, slots=True)
class Quota:
    """What may be sent, as :class:`boxproof.core.request_quota.RequestQuota` has it."""

    file: str
    per_second: float
    requests: int
    writes: bool

    @classmethod
    def of(cls, quota: RequestQuota) -> Self:
        """What a quota says."""
        return cls(str(quota.file), quota.per_second, quota.requests, quota.writes)

    def quota(self) -> RequestQuota:
        """The quota itself, in whichever process."""
        return RequestQuota(Path(self.file), self.per_second, self.requests, self.writes)


@dataclass(frozen=True, slots=True)
class Plan:
    """One load.

    Attributes:
        config: the ``boxproof.toml``.
        url: where the service answers.
        weights: how often users do what.
        wait_seconds: the shortest and the longest wait of a user.
        pace_seconds: in place of waits, how long after one request of a user the next one begins.
        ca_file: whom to trust over TLS; the system by default.
        tell: the descriptor to which seconds are written.
    """

    config: str
    url: str
    weights: Mapping[str, int]
    wait_seconds: tuple[float, float]
    pace_seconds: float | None
    ca_file: str
    quota: Quota | None
    tell: int

    def environment(self) -> dict[str, str]:
        """The variable that hands it over."""
        return {VARIABLE: json.dumps(asdict(self))}

    @classmethod
    def handed_over(cls) -> Self:
        """What this process was handed."""
        told: dict[str, Any] = json.loads(os.environ[VARIABLE])
        quota = None if told["quota"] is None else Quota(**told["quota"])
        low, high = told["wait_seconds"]
        return cls(**{**told, "quota": quota, "wait_seconds": (low, high)})
