"""A production document with something of everything, as compose resolves it."""

from pathlib import Path
from typing import Any

import pytest

from boxproof.composefile import BuildInputs, Plan
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Server, Service


@pytest.fixture
def config() -> Config:
    """A configuration that matches the production document."""
    return Config(
        root=Path("/checkout"),
        service=Service(
            name="api",
            port=8000,
            environment={"MODEL_NAME": "", "PRICE": "5$"},
            data_mount="/data",
            model_mount="/model",
        ),
        work=ValidRequest(path="/generate"),
        server=Server(
            master="gunicorn", workers_variable="WORKERS", workers=3, port_variable="PORT"
        ),
    )


@pytest.fixture
def plan() -> Plan:
    """A plan before the first build."""
    return Plan(
        project="boxproof-0123abcd-1",
        labels={"boxproof.run": "0123abcd"},
        model_source="/builds/$model",
        build=BuildInputs({"ca": "/etc/ca.crt"}, {"wheels": "/wheels"}),
        image_labels={"boxproof.image": "checkout-1"},
        image_name="boxproof-checkout-1",
    )


@pytest.fixture
def production() -> dict[str, Any]:
    """What ``docker compose config --format json`` says of a rich production file."""
    return {
        "name": "shop",
        "services": {
            "api": {
                "build": {
                    "context": "/checkout",
                    "dockerfile": "Dockerfile-api",
                    "args": {"BASE_IMAGE": "python:3.11"},
                    "additional_contexts": {"wheels": "/checkout/wheels"},
                    "secrets": [{"source": "pip"}],
                    "cache_to": ["type=registry,ref=registry.example/shop:cache"],
                    "tags": ["registry.example/shop:latest"],
                },
                "image": "registry.example/shop:1",
                "command": None,
                "entrypoint": None,
                "container_name": "shop-api",
                "cap_drop": ["ALL"],
                "depends_on": {
                    "queue": {"condition": "service_healthy", "required": True, "restart": True}
                },
                "deploy": {
                    "replicas": 3,
                    "placement": {},
                    "restart_policy": {"condition": "any"},
                    "resources": {
                        "limits": {"cpus": 2, "memory": "1073741824"},
                        "reservations": {"cpus": "1"},
                    },
                },
                "environment": {"PRICE": "1$$", "WORKERS": "8", "FROM_SHELL": None},
                "healthcheck": {"interval": "10s"},
                "labels": {"traefik.enable": "true"},
                "logging": {"driver": "syslog"},
                "networks": {"front": {"ipv4_address": "10.1.2.3"}, "back": {"aliases": ["gpt"]}},
                "ports": [
                    {"mode": "ingress", "target": 9000, "published": "9000", "protocol": "tcp"},
                    {"mode": "ingress", "target": 8000, "published": "80", "protocol": "tcp"},
                    {"mode": "ingress", "target": 8000, "published": "443", "protocol": "tcp"},
                ],
                "profiles": ["serving"],
                "read_only": True,
                "restart": "unless-stopped",
                "secrets": [{"source": "token", "target": "/run/secrets/token"}],
                "stop_grace_period": "30s",
                "tmpfs": ["/tmp"],
                "volumes": [
                    {"type": "volume", "source": "data", "target": "/data", "volume": {}},
                    {"type": "bind", "source": "/srv/gpt2", "target": "/model/", "read_only": True},
                    {"type": "volume", "target": "/anonymous", "volume": {}},
                    {"type": "volume", "source": "shared", "target": "/shared"},
                ],
            },
            "queue": {
                "image": "redis:7",
                "network_mode": "host",
                "restart": "always",
                "ports": [{"mode": "host", "target": 6379, "published": "6379", "protocol": "tcp"}],
                "volumes": [
                    {"type": "volume", "source": "queue", "target": "/data"},
                    {"type": "bind", "source": "/checkout/queue", "target": "/queue"},
                ],
            },
            "grafana": {"image": "grafana", "restart": "always"},
        },
        "networks": {
            "front": {"name": "shop_front", "ipam": {"config": [{"subnet": "10.1.2.0/24"}]}},
            "back": {"name": "company", "external": True},
        },
        "volumes": {
            "data": {"name": "shop_data", "driver_opts": {"type": "nfs", "device": ":/srv"}},
            "shared": {"name": "everyones", "external": True},
            "queue": {
                "name": "shop_queue",
                "driver": "local",
                "driver_opts": {"type": "tmpfs", "device": "tmpfs", "o": "size=2m"},
            },
            "grafana": {"name": "shop_grafana"},
        },
        "secrets": {
            "pip": {"name": "shop_pip", "file": "/checkout/pip.conf"},
            "token": {"name": "shop_token", "environment": "TOKEN"},
            "unused": {"name": "shop_unused", "file": "/checkout/unused"},
        },
    }
