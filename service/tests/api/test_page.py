"""The page for browsers at `/`: who gets it, what is in it, and what it may do."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from serving import ClientFactory
from starlette.testclient import TestClient

from gpt2_service.api.page.assets import FILES, MEDIA_TYPES
from gpt2_service.api.page.negotiation import prefers_html
from gpt2_service.engine.requests import Sampling
from gpt2_service.engine.scripted import ScriptedModel
from gpt2_service.key_entries import parse_keys

HTML = {"Accept": "text/html"}
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)


class Elements(HTMLParser):
    """Every element of a page with its attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def __getitem__(self, element_id: str) -> dict[str, str | None]:
        (found,) = (each for _, each in self.found if each.get("id") == element_id)
        return found


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ([], False),
        ([""], False),
        (["*/*"], False),
        (["application/json"], False),
        (["application/*"], False),
        (["text/plain"], False),
        (["text/html"], True),
        (["TEXT/HTML"], True),
        (["text/*"], True),
        (["text/html;charset=utf-8"], True),
        ([FIREFOX], True),
        ([CHROMIUM], True),
        (["text/html,application/json"], False),
        (["application/json;q=0.9,text/html"], True),
        (["application/json;q=0.9, text/html ; Q=0.8"], False),
        (["application/json, text/html;q=0.999"], False),
        (["text/html;q=0.001, application/json;q=0"], True),
        (["text/html;q=0"], False),
        (["text/html;q=0, */*"], False),
        # The most specific range counts, not the first, and not the heaviest.
        (["*/*, text/html;q=0.5"], False),
        (["*/*;q=0.1, text/html;q=0.5"], True),
        (["text/*;q=0.4, text/html;q=0.9, application/*;q=0.5"], True),
        (["text/*, text/html;q=0.1, application/json;q=0.5"], False),
        # Several fields are one list (RFC 9110, section 5.3).
        (["application/json;q=0.5", "text/html"], True),
        (["application/json", "text/html;q=0.5"], False),
        # Nonsense counts for nothing.
        (["text/html;q=2"], False),
        (["text/html;q=-1"], False),
        (["text/html;q=high"], False),
        (["text/html;q=0.1234"], False),
        (["text/html;q"], False),
        ([",,;;,"], False),
        (["html"], False),
    ],
)
def test_who_prefers_html(accept: list[str], html: bool) -> None:
    """By the weights of RFC 9110, section 12.5.1; JSON where they are equal."""
    assert prefers_html(accept) is html


@pytest.mark.parametrize(("accept", "kind"), [(FIREFOX, "text/html"), ("*/*", "application/json")])
def test_the_root_answers_as_the_client_prefers(client: TestClient, accept: str, kind: str) -> None:
    """And says to caches that there are two answers; HEAD has the same fields."""
    for method in ("GET", "HEAD"):
        response = client.request(method, "/", headers={"Accept": accept})
        assert response.status_code == 200
        assert response.headers["Content-Type"].partition(";")[0] == kind
        assert response.headers["Vary"] == "Accept"
    assert int(response.headers["Content-Length"]) > 50


def test_the_message_for_programs_is_what_it_was(client: TestClient) -> None:
    """Whoever says nothing of HTML never sees any."""
    response = client.get("/")
    assert response.json() == {
        "message": "GPT-2 text generation: POST /generate, GET /history",
        "status": "ok",
    }
    assert "Content-Security-Policy" not in response.headers


def test_the_page_may_do_next_to_nothing(client: TestClient) -> None:
    """No other host, no code or style within the page, no frame around it."""
    headers = client.get("/", headers=HTML).headers
    policy = dict(each.split(" ", 1) for each in headers["Content-Security-Policy"].split("; "))
    assert policy.pop("default-src") == "'none'"
    assert {policy.pop(each) for each in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert {policy.pop(each) for each in ("base-uri", "form-action", "frame-ancestors")} == {
        "'none'"
    }
    assert policy == {
        "img-src": "'self'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-cache"


def test_the_page_has_no_code_or_style_of_its_own(client: TestClient) -> None:
    """Which the policy would refuse; every address is relative, for a path prefix."""
    text = client.get("/", headers=HTML).text
    elements = Elements(text).found
    assert "style" not in {name for name, _ in elements}
    for name, attributes in elements:
        assert name != "script" or "src" in attributes
        assert not {each for each in attributes if each == "style" or each.startswith("on")}
        address = attributes.get("href") or attributes.get("src") or ""
        assert not re.match("/|[a-z]+:", address)
    assert re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL) == [""]


def test_scripts_write_text_alone() -> None:
    """What comes from the service is never read as HTML."""
    for name in MEDIA_TYPES:
        text = (FILES / name).read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval", text)


def test_what_the_page_asks_for_is_there(client: TestClient) -> None:
    """In the package that is installed; of the right type, and of no other."""
    elements = Elements(client.get("/", headers=HTML).text).found
    asked = {each.get("src") or each.get("href") for name, each in elements if name != "a"}
    asked |= {f"page/{name}" for name in MEDIA_TYPES}
    for address in asked - {None}:
        response = client.get(f"/{address}")
        assert response.status_code == 200
        kind = response.headers["Content-Type"].partition(";")[0]
        assert kind == MEDIA_TYPES[str(address).removeprefix("page/")]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert len(response.content) > 100


def test_scripts_ask_for_each_other_by_name(client: TestClient) -> None:
    """No file is left over, and none is missing."""
    scripts = [client.get(f"/page/{name}").text for name in MEDIA_TYPES if name.endswith("js")]
    imported = set(re.findall(r'from "\./(.*?)"', "\n".join(scripts)))
    assert imported == {"service.js", "history.js"}
    assert {each.name for each in FILES.iterdir()} == {*MEDIA_TYPES, "index.html"}


@pytest.mark.parametrize(
    "name", ["index.html", "nothing.js", "..%2Fassets.py", "%2e%2e%2fassets.py"]
)
def test_no_other_file_is_served(client: TestClient, name: str) -> None:
    """In the documented shape; the page itself is at `/` alone, where its limits are filled in."""
    response = client.get(f"/page/{name}")
    assert response.status_code == 404
    assert response.json() == {"detail": "Not Found"}


def test_a_file_is_sent_once(client: TestClient) -> None:
    """Asked for again it is 304, until it changes (RFC 9110, section 15.4.5)."""
    first = client.get("/page/page.css")
    assert first.headers["Cache-Control"] == "no-cache"
    tag = first.headers["ETag"]
    assert re.fullmatch('"[0-9a-f]+"', tag)
    for known in (tag, f"W/{tag}", f'"another", {tag}', "*"):
        again = client.get("/page/page.css", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["ETag"], again.headers["Cache-Control"]) == (tag, "no-cache")
    changed = client.get("/page/page.css", headers={"If-None-Match": '"another"'})
    assert (changed.status_code, changed.content) == (200, first.content)
    assert client.get("/page/page.js").headers["ETag"] != tag


def test_files_are_read_alone(client: TestClient) -> None:
    """405 for any other method."""
    response = client.post("/page/page.css")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_the_page_has_the_limits_of_the_document(client: TestClient) -> None:
    """Each field's range and default are those of a request."""
    elements = Elements(client.get("/", headers=HTML).text)
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]["GenerateRequest"]["properties"]
    for name in ("max_length", "temperature", "top_p", "top_k", "seed"):
        schema: dict[str, Any] = {**schemas[name], **schemas[name].get("anyOf", [{}])[0]}
        field = elements[name]
        least = schema.get("minimum", schema.get("exclusiveMinimum"))
        assert (field["name"], float(field["min"] or "")) == (name, least)
        assert float(field["max"] or "") == schema["maximum"]
        default = schemas[name].get("default")
        assert field.get("value") == (None if default is None else str(default))
    assert elements["seed"]["max"] == str(2**53 - 1)
    assert elements["prompt"]["data-max-characters"] == str(schemas["prompt"]["maxLength"])


class ColdModel(ScriptedModel):
    """Has defaults and a name of its own."""

    name = 'a <b>"bold"</b> model'
    defaults = Sampling(temperature=0.25, top_k=7, top_p=0.5)


def test_the_page_shows_what_the_model_does_by_itself(make_client: ClientFactory) -> None:
    """As a hint in the empty field: an empty field leaves it to the model."""
    text = make_client(ColdModel()).get("/", headers=HTML).text
    elements = Elements(text)
    shown = [elements[name]["placeholder"] for name in ("temperature", "top_k", "top_p")]
    assert shown == ["0.25", "7", "0.5"]
    assert "a &lt;b&gt;&quot;bold&quot;&lt;/b&gt; model" in text
    assert "<b>" not in text


def test_the_page_asks_for_a_key_where_the_service_does(make_client: ClientFactory) -> None:
    """And is readable without one, as are its files; it names the header, and no key."""
    guarded = make_client(api_keys=parse_keys("the-key"))
    response = guarded.get("/", headers=HTML)
    assert response.status_code == 200
    elements = Elements(response.text)
    assert "hidden" not in elements["key-section"]
    assert elements["key"]["data-header"] == "X-API-Key"
    assert "the-key" not in response.text
    assert guarded.get("/page/page.js").status_code == 200
    open_page = make_client().get("/", headers=HTML).text
    assert "hidden" in Elements(open_page)["key-section"]


def test_every_field_has_a_label(client: TestClient) -> None:
    """And what describes one is there."""
    elements = Elements(client.get("/", headers=HTML).text)
    labelled = {each["for"] for name, each in elements.found if name == "label"}
    fields = [each for name, each in elements.found if name in ("input", "textarea")]
    assert labelled == {each["id"] for each in fields}
    for field in fields:
        assert elements[str(field["aria-describedby"])] is not None


def test_the_document_says_that_there_is_a_page(client: TestClient) -> None:
    """Beside the message, which it describes as before; the files are not part of the API."""
    paths = client.get("/openapi.json").json()["paths"]
    content = paths["/"]["get"]["responses"]["200"]["content"]
    assert content == {
        "application/json": {"schema": {"$ref": "#/components/schemas/Welcome"}},
        "text/html": {"schema": {"type": "string"}},
    }
    assert not [path for path in paths if path.startswith("/page")]
