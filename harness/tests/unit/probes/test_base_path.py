"""Where the paths of an OpenAPI document lie, below the address that a run has."""

from typing import Any

import pytest

from boxproof.endpoint import Endpoint
from boxproof.probes.base_path import base_path

VERSIONED = {"url": "https://h/{v}", "variables": {"v": {"default": "v2"}}}


@pytest.mark.parametrize(
    ("url", "document", "below"),
    [
        ("http://h", {}, ""),
        ("http://h", {"servers": []}, ""),
        ("http://h", {"servers": "/api"}, ""),
        ("http://h", {"servers": [{}]}, ""),
        ("http://h", {"servers": [{"url": "/api/"}]}, "/api"),
        ("http://h", {"servers": [{"url": "https://elsewhere.example/api"}]}, "/api"),
        ("http://h", {"servers": [{"url": "v1"}]}, "/docs/v1"),
        ("http://h", {"servers": [{"url": "../v1"}]}, "/v1"),
        ("http://h", {"servers": [VERSIONED]}, "/v2"),
        ("http://h", {"swagger": "2.0"}, ""),
        ("http://h", {"swagger": "2.0", "basePath": "/api"}, "/api"),
        ("http://h/api", {}, ""),
        ("http://h/api/", {"servers": [{"url": "/api"}]}, ""),
        ("http://h/api", {"servers": [{"url": "/api/v2"}]}, "/v2"),
        ("http://h/api", {"servers": [{"url": "/apis"}]}, "/apis"),
    ],
)
def test_paths_lie_below_the_address(url: str, document: dict[str, Any], below: str) -> None:
    """And below the path of the first server, which may name that of the address again."""
    assert base_path(document, "/docs/openapi.json", Endpoint(url)) == below
