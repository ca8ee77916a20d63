"""The CPU limit as the kernel's files state it."""

from pathlib import Path

import pytest

from gpt2_service.cgroup import available_cpus


@pytest.fixture(autouse=True)
def _many_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: set(range(16)), raising=False)


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_without_a_quota_the_affinity_counts(tmp_path: Path) -> None:
    """No cgroup file at all, as on other systems."""
    assert available_cpus(tmp_path) == 16


@pytest.mark.parametrize(
    ("cpu_max", "expected"),
    [
        ("max 100000\n", 16),
        ("200000 100000\n", 2),
        ("150000 100000\n", 2),
        ("5000 100000\n", 1),
        ("9900000 100000\n", 16),
        ("nonsense\n", 16),
    ],
)
def test_version_2(tmp_path: Path, cpu_max: str, expected: int) -> None:
    """`cpu.max` is quota and period, rounded up, never more than the affinity."""
    files = {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": cpu_max}
    assert available_cpus(write(tmp_path, files)) == expected


def test_version_2_looks_at_every_level(tmp_path: Path) -> None:
    """The tightest limit between the process's own group and the root wins."""
    files = {
        "proc/self/cgroup": "0::/pod/container\n",
        "sys/fs/cgroup/pod/cpu.max": "300000 100000\n",
        "sys/fs/cgroup/pod/container/cpu.max": "max 100000\n",
    }
    assert available_cpus(write(tmp_path, files)) == 3


@pytest.mark.parametrize(("quota", "expected"), [("-1", 16), ("250000", 3)])
@pytest.mark.parametrize("mount", ["cpu", "cpu,cpuacct"])
def test_version_1(tmp_path: Path, mount: str, quota: str, expected: int) -> None:
    """In a container the mount is the group itself, whatever /proc/self/cgroup says."""
    files = {
        "proc/self/cgroup": "5:cpuset:/x\n4:cpu,cpuacct:/docker/abc\n",
        f"sys/fs/cgroup/{mount}/cpu.cfs_quota_us": f"{quota}\n",
        f"sys/fs/cgroup/{mount}/cpu.cfs_period_us": "100000\n",
    }
    assert available_cpus(write(tmp_path, files)) == expected
