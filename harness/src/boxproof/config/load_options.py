"""How a service is put under load, as ``boxproof.toml`` describes it, and what must then hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from boxproof.config import values
from boxproof.config.declaring import option
from boxproof.core.errors import ConfigError
from boxproof.core.suggestions import did_you_mean

#: What users do, by the names that weights are given to.
ROOT, HEALTH, WORK, STREAM = "root", "health", "work", "stream"
OPERATIONS = (ROOT, HEALTH, WORK, STREAM)
STEADY, SPIKE, STEPS = "steady", "spike", "steps"
SHAPES = (STEADY, SPIKE, STEPS)


def _waits(pair: tuple[float, ...]) -> str:
    """Why two numbers are not a range of waits; else empty."""
    if len(pair) == 2 and pair[0] <= pair[1]:
        return ""
    return "is not the shortest and the longest wait, such as [1, 3]"


def _weights(weights: Mapping[str, int]) -> str:
    """Why these are not weights of operations; else empty."""
    for name in weights:
        if name not in OPERATIONS:
            known = ", ".join(OPERATIONS)
            return f"names {name!r}, which is not one of {known}{did_you_mean(name, OPERATIONS)}"
    return "" if weights else "is empty; give one of the operations a weight"


@dataclass(frozen=True, slots=True)
class Profile:
    """How many users there are, what they wait, and for how long.

    ``steady`` keeps their number; ``spike`` has a tenth of them, then all, then a tenth again;
    ``steps`` adds users until the service does not keep up, each asking at an even pace.
    """

    shape: str = option("steady, spike or steps", STEADY, values.one_of(*SHAPES))
    users: int = option("how many there are; of steps the most that are tried", 100)
    wait_seconds: tuple[float, ...] = option(
        "the shortest and the longest wait of a user between two requests; of steps none",
        (1, 3),
        _waits,
    )
    seconds: float = option("how long each phase is measured", 60.0)


#: The profiles that need no description.
BUILT_IN: Mapping[str, Profile] = {
    "normal": Profile(),
    "stress": Profile(wait_seconds=(0.1, 0.5)),
    "spike": Profile(shape=SPIKE, wait_seconds=(0.1, 0.5), seconds=20.0),
    "steps": Profile(shape=STEPS, users=1000, seconds=10.0),
}


@dataclass(frozen=True, slots=True)
class LoadLimit:
    """What must hold under load; where several are given, each of them.

    Operations are named as the table of results does, such as ``POST /generate``.
    """

    operation: str = option("of this operation alone; by default of each", "")
    phase: str = option("in this phase alone, such as 'spike'; by default in each", "")
    p50_seconds: float | None = option("half of the answers take no longer", None)
    p95_seconds: float | None = option("95 of 100 answers take no longer", None)
    p99_seconds: float | None = option("99 of 100 answers take no longer", None)
    error_rate: float | None = option(
        "the greatest share of requests that are refused or fail, such as 0.01", None
    )
    requests_per_second: float | None = option(
        "so many requests a second are done, at least; of all operations together where none is "
        "named",
        None,
    )
    first_token_seconds: float | None = option(
        "95 of 100 streams bring their first piece of text no later", None
    )
    tokens_per_second: float | None = option(
        "half of the streams bring so many pieces of text a second, or more", None
    )


@dataclass(frozen=True, slots=True)
class Load:
    """Load that many users at once put on the service, and what it keeps to under it.

    Judged by ``boxproof load`` alone, which needs Locust: ``pip install 'boxproof[load]'``.
    """

    profile: str = option(
        "which profile is run: normal, stress, spike, steps or one's own", "normal"
    )
    profiles: Mapping[str, Profile] = option("profiles of one's own, by name", {})
    weights: Mapping[str, int] = option(
        "how often users do what: root (the welcome), health, work and stream (the work, streamed)",
        {ROOT: 1, HEALTH: 2, WORK: 10},
        _weights,
    )
    locustfile: Path | None = option("a locustfile of one's own, in place of those users", None)
    processes: int = option("how many processes of Locust make the load", 1)
    limits: tuple[LoadLimit, ...] = option("what must hold under load", ())
    soak_minutes: float = option("how long a soak takes", 30.0)
    soak_users: int | None = option(
        "how many users a soak has, each asking at an even pace; by default so many as ask for "
        "half of what the service can do",
        None,
    )
    leaked_bytes: int = option(
        "the most memory that a request of a soak may leave behind, on average", 500
    )

    @property
    def every_profile(self) -> Mapping[str, Profile]:
        """The profiles that can be named."""
        return {**BUILT_IN, **self.profiles}

    @property
    def chosen(self) -> Profile:
        """The profile that is run.

        Raises:
            ConfigError: there is none of that name.
        """
        known = self.every_profile
        if self.profile not in known:
            raise ConfigError(
                f"load profile {self.profile!r} is not one of {', '.join(known)}"
                f"{did_you_mean(self.profile, known)}"
            )
        return known[self.profile]

    def with_chosen(self, profile: Profile) -> "Load":
        """The same with another form of the profile that is run."""
        return replace(self, profiles={**self.profiles, self.profile: profile})

    def limits_of(self, key: str) -> Iterator[LoadLimit]:
        """The limits that set a key."""
        return (each for each in self.limits if getattr(each, key) is not None)
