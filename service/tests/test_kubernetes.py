"""The example for Kubernetes agrees with the service: its paths, settings, times and image."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gpt2_service.server import WORKER_TIMEOUT_SECONDS
from gpt2_service.settings import OPTIONS, load_settings

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "kubernetes"
DOCUMENT: dict[str, Any] = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile-api").read_text(encoding="utf-8")
OBJECTS: dict[str, dict[str, Any]] = {
    each["kind"]: each
    for each in yaml.safe_load_all((EXAMPLE / "service.yaml").read_text(encoding="utf-8"))
}
DEPLOYMENT = OBJECTS["Deployment"]["spec"]
POD = DEPLOYMENT["template"]["spec"]
(CONTAINER,) = POD["containers"]
PROBES = {name: each for name, each in CONTAINER.items() if name.endswith("Probe")}
SETTINGS = load_settings(
    {each["name"]: each["value"] for each in CONTAINER["env"] if "value" in each}
)


def of_the_image(variable: str) -> str:
    """What an environment variable is in the image."""
    found = re.search(rf"^(?:ENV|   ) {variable}=(\S+)", DOCKERFILE, re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("name", ["startupProbe", "livenessProbe", "readinessProbe"])
def test_probes_ask_for_what_there_is(name: str) -> None:
    """At the service's port, without a key."""
    asked = PROBES[name]["httpGet"]
    operation = DOCUMENT["paths"][asked["path"]]["get"]
    assert {"200", "503"} <= set(operation["responses"])
    assert "security" not in operation
    (port,) = (each for each in CONTAINER["ports"] if each["name"] == asked["port"])
    assert port["containerPort"] == SETTINGS.port
    assert f"\nEXPOSE {SETTINGS.port}\n" in DOCKERFILE


def test_a_full_disk_restarts_nothing() -> None:
    """A failed startup probe restarts the container as a failed liveness probe does."""
    operations = {
        name: DOCUMENT["paths"][probe["httpGet"]["path"]]["get"]["operationId"]
        for name, probe in PROBES.items()
    }
    assert operations == {
        "startupProbe": "getLiveness",
        "livenessProbe": "getLiveness",
        "readinessProbe": "getReadiness",
    }


def test_liveness_leaves_a_hung_worker_to_gunicorn() -> None:
    """Which replaces it without loading the model again."""
    probe = PROBES["livenessProbe"]
    assert (probe["failureThreshold"] - 1) * probe["periodSeconds"] > WORKER_TIMEOUT_SECONDS


def test_the_grace_period_is_longer_than_a_stop() -> None:
    """The time of preStop counts, too."""
    sleep = CONTAINER["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert POD["terminationGracePeriodSeconds"] > sleep + SETTINGS.graceful_timeout_seconds


def test_it_runs_as_the_images_user() -> None:
    """With the least that the image needs."""
    user, group = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)[-1]
    context = POD["securityContext"]
    assert context["runAsNonRoot"] is True
    assert context["runAsUser"] == int(user)
    assert context["runAsGroup"] == context["fsGroup"] == int(group)
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_what_is_written_to_is_mounted() -> None:
    """The root is read-only: the history has its claim, the rest goes with the pod."""
    volumes = {each["name"]: each for each in POD["volumes"]}
    mounted = {each["mountPath"]: volumes[each["name"]] for each in CONTAINER["volumeMounts"]}
    database = Path(of_the_image("DATABASE_URL").removeprefix("sqlite:///"))
    claim = mounted.pop(str(database.parent))["persistentVolumeClaim"]["claimName"]
    assert claim == OBJECTS["PersistentVolumeClaim"]["metadata"]["name"]
    assert set(mounted) == {of_the_image("HOME"), of_the_image("HF_HOME")}
    assert all("emptyDir" in volume for volume in mounted.values())


def test_one_pod_at_a_time_has_the_database() -> None:
    """SQLite's log is shared by processes of one machine alone."""
    assert (DEPLOYMENT["replicas"], DEPLOYMENT["strategy"]) == (1, {"type": "Recreate"})
    assert OBJECTS["PersistentVolumeClaim"]["spec"]["accessModes"] == ["ReadWriteOnce"]


def test_every_variable_is_a_setting() -> None:
    """And keys are asked for; what README.md makes is the secret that they come from."""
    variables = {each["name"]: each for each in CONTAINER["env"]}
    assert set(variables) <= {option.variable for option in OPTIONS}
    secret = variables["API_KEYS"]["valueFrom"]["secretKeyRef"]
    made = f"kubectl create secret generic {secret['name']} --from-literal={secret['key']}="
    assert made in (EXAMPLE / "README.md").read_text(encoding="utf-8")


def test_the_service_finds_the_pod() -> None:
    """By its labels and the name of its port."""
    spec, labels = OBJECTS["Service"]["spec"], DEPLOYMENT["template"]["metadata"]["labels"]
    assert spec["selector"] == DEPLOYMENT["selector"]["matchLabels"] == labels
    assert [each["targetPort"] for each in spec["ports"]] == [
        each["name"] for each in CONTAINER["ports"]
    ]
