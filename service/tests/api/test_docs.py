"""GET /docs: the service explains itself without another host."""

import re

import pytest
from starlette.testclient import TestClient


def test_the_page_names_no_other_host(client: TestClient) -> None:
    """Every address is relative, and none is asked whether the document is valid."""
    page = client.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "//" not in re.sub("<!--.*?-->", "", page.text)
    assert '"validatorUrl": null' in page.text


@pytest.mark.parametrize("kind", ["text/javascript", "text/css", "image/png"])
def test_what_the_page_asks_for_is_there(client: TestClient, kind: str) -> None:
    """Relative to the page, of the right type, and for caches."""
    addresses = re.findall('(?:href|src)="(.*?)"', client.get("/docs").text)
    assert len(addresses) == 3
    answers = [client.get(f"/{address}") for address in addresses]
    (found,) = [each for each in answers if each.headers["Content-Type"].startswith(kind)]
    assert found.status_code == 200
    assert len(found.content) > 100
    assert "max-age" in found.headers["Cache-Control"]


def test_the_page_reads_the_document(client: TestClient) -> None:
    """Which lies beside it."""
    assert "url: 'openapi.json'" in client.get("/docs").text
    assert client.get("/openapi.json").status_code == 200
