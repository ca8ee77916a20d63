"""The settings of the alternate boot."""

import pytest

from boxproof.core.breaches import NotJudged
from boxproof.scenarios.other_settings import telling_cpus


@pytest.mark.parametrize(
    ("workers", "cores", "cpus"), [(2, 2, 1), (2, 8, 1), (1, 8, 2), (1, 2, 1), (4, 2, 1)]
)
def test_the_cpu_limit_looks_like_nothing_else(workers: int, cores: int, cpus: int) -> None:
    """Neither like the machine's cores nor, where that can be had, like the usual workers."""
    assert telling_cpus(workers, cores) == cpus


def test_one_core_tells_nothing() -> None:
    """Every number of workers would be right."""
    with pytest.raises(NotJudged, match="one core"):
        telling_cpus(2, 1)
