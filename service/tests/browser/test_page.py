"""The page in a real browser, beside a real server with the scripted engine."""

import re
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, expect
from serving import Serve, Server

from .conftest import OpenPage

SERIOUS = ("serious", "critical")
NARROW = {"width": 360, "height": 740}
MARKUP = "<img src=x onerror=\"document.title='broken into'\"><script>alert(1)</script>"
# Notes every state of the text from now on, before any of it can be missed.
WATCH_TEXT = """() => {
  const text = document.getElementById("text");
  window.seen = [];
  new MutationObserver(() => window.seen.push(text.textContent)).observe(text, {
    childList: true, characterData: true, subtree: true,
  });
}"""


def generate(page: Page, prompt: str, **numbers: str) -> None:
    """Have a text made, and wait for its end."""
    page.get_by_label("Prompt").fill(prompt)
    for label, value in numbers.items():
        page.get_by_label(label.replace("_", " ")).fill(value)
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#outcome")).to_contain_text("new tokens")


def test_a_prompt_is_continued_by_keyboard_alone(server: Server, open_page: OpenPage) -> None:
    """Typed, sent and read without a pointer; the text comes in pieces and stays whole."""
    page = open_page(server)
    page.evaluate(WATCH_TEXT)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Prompt")).to_be_focused()
    page.keyboard.type("The old lighthouse")
    for label in ("Length in tokens", "Temperature", "Top p", "Top k", "Seed"):
        page.keyboard.press("Tab")
        expect(page.get_by_label(label)).to_be_focused()
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Generate")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("47 new tokens")
    expect(page.locator("#outcome")).to_contain_text("Seed 7")
    seen = page.evaluate("window.seen")
    assert len(set(seen)) > 5
    assert all(later.startswith(earlier) for earlier, later in pairwise(seen))
    (record,) = server.get("/history")[1]["items"]
    assert page.locator("#text").text_content() == record["generated_text"] == seen[-1]
    assert record["parameters"]["max_length"] == 50


def test_ctrl_enter_generates_and_escape_stops(serve: Serve, open_page: OpenPage) -> None:
    """From within the prompt, with the focus staying there."""
    server = serve(SCRIPTED_SECONDS_PER_TOKEN="0.5").wait_until_ready()
    page = open_page(server)
    page.get_by_label("Prompt").fill("Once")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#text")).to_have_text(re.compile(r"Once \w+"))
    page.keyboard.press("Escape")
    expect(page.locator("#outcome")).to_contain_text("Stopped")
    expect(page.get_by_label("Prompt")).to_be_focused()


def test_a_stopped_text_gives_its_place_back(serve: Serve, open_page: OpenPage) -> None:
    """The only one that there is: the next text would wait for a hundred seconds otherwise."""
    server = serve(SCRIPTED_SECONDS_PER_TOKEN="0.5", MAX_BATCH="1").wait_until_ready()
    page = open_page(server)
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_disabled()
    page.get_by_label("Prompt").fill("Once")
    page.get_by_label("Length").fill("200")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#text")).to_have_text(re.compile(r"Once \w+"))
    expect(page.locator("#text")).to_have_attribute("aria-busy", "true")
    page.keyboard.press("Tab")
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("Stopped")
    expect(page.locator("#text")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("button", name="Generate")).to_be_focused()
    expect(page.locator("#error")).to_be_empty()
    server.wait_for_log(lambda server: len(server.model_calls()) == 1)
    assert server.model_calls()[0]["outcome"] != "finished"
    generate(page, "Again", Length="10")
    assert [each["prompt"] for each in server.get("/history")[1]["items"]] == ["Again"]


def test_the_history_is_paged(server: Server, open_page: OpenPage) -> None:
    """Ten at a time, newest first, there and back by keyboard; the end takes the button away."""
    for number in range(1, 26):
        server.generate(prompt=f"prompt {number}", max_length=10)
    page = open_page(server)
    older, newer = (page.get_by_role("button", name=name) for name in ("Older", "Newer"))
    titles = page.locator("#records .title")
    expect(titles).to_have_text([f"prompt {number}" for number in range(25, 15, -1)])
    expect(newer).to_be_disabled()
    older.focus()
    page.keyboard.press("Enter")
    expect(titles).to_have_text([f"prompt {number}" for number in range(15, 5, -1)])
    expect(older).to_be_focused()
    page.keyboard.press("Enter")
    expect(titles).to_have_text([f"prompt {number}" for number in range(5, 0, -1)])
    expect(older).to_be_disabled()
    expect(newer).to_be_focused()
    page.keyboard.press("Enter")
    expect(titles.first).to_have_text("prompt 15")
    newer.click()
    expect(titles.first).to_have_text("prompt 25")


def test_a_record_is_deleted(server: Server, open_page: OpenPage) -> None:
    """After a question that Escape answers with no; the focus goes to the one that follows."""
    page = open_page(server)
    expect(page.locator("#history-status")).to_contain_text("Nothing was generated yet")
    for prompt in ("first", "second", "third"):
        generate(page, prompt, Length="10")
    titles = page.locator("#records .title")
    expect(titles).to_have_text(["third", "second", "first"])
    page.locator("summary").nth(1).focus()
    page.keyboard.press("Enter")
    record = page.locator("#records li").nth(1)
    expect(record.locator(".text")).to_contain_text("second ")
    expect(record).to_contain_text("length 10")
    page.keyboard.press("Tab")
    remove = page.get_by_role("button", name="Delete record 2")
    expect(remove).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("second")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(remove).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert len(server.get("/history")[1]["items"]) == 3
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Delete").click()
    expect(titles).to_have_text(["third", "first"])
    expect(page.locator("#history-status")).to_have_text("Record 2 is deleted.")
    expect(page.locator("summary").nth(1)).to_be_focused()
    assert [each["id"] for each in server.get("/history")[1]["items"]] == [3, 1]


def test_a_new_record_disturbs_nobody_who_reads(server: Server, open_page: OpenPage) -> None:
    """What is open in the history stays open, and the focus stays where it is."""
    page = open_page(server)
    generate(page, "first", Length="10")
    page.locator("summary").click()
    page.get_by_label("Prompt").fill("second")
    page.keyboard.press("Control+Enter")
    page.locator("summary").last.focus()
    expect(page.locator("#records .title")).to_have_text(["second", "first"])
    expect(page.locator("summary").last).to_be_focused()
    expect(page.locator("#records li").last.locator("details")).to_have_attribute("open", "")
    expect(page.locator("#records li").first.locator("details")).not_to_have_attribute("open", "")


def test_what_looks_like_html_is_text(server: Server, open_page: OpenPage) -> None:
    """In the text, the history and the question; nothing of it is loaded or run."""
    page = open_page(server)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    generate(page, MARKUP)
    expect(page.locator("#text .prompt")).to_have_text(MARKUP)
    expect(page.locator("#records .title")).to_have_text(MARKUP)
    page.locator("summary").click()
    expect(page.locator("#records .text")).to_contain_text(MARKUP)
    page.get_by_role("button", name="Delete record 1").click()
    expect(page.locator("#confirm-prompt")).to_have_text(MARKUP)
    assert page.locator("main img, main script, dialog img, dialog script").count() == 0
    expect(page).to_have_title("GPT-2 text generation")


def test_settings_are_sent_as_they_are_given(server: Server, open_page: OpenPage) -> None:
    """An empty field is left to the service."""
    page = open_page(server)
    bodies: list[Any] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            bodies.append(request.post_data_json)

    page.on("request", note)
    generate(page, "Once", Length="")
    generate(page, "Once", Length="20", Temperature="0.97", Top_p="0.5", Top_k="0", Seed="5")
    assert bodies == [
        {"prompt": "Once", "stream": True},
        {
            "prompt": "Once",
            "stream": True,
            "max_length": 20,
            "temperature": 0.97,
            "top_p": 0.5,
            "top_k": 0,
            "seed": 5,
        },
    ]


@pytest.mark.parametrize(
    ("prompt", "numbers", "said", "field"),
    [
        ("I hate it", {}, "the prompt contains the forbidden word 'hate'", None),
        ("", {}, "prompt: String should have at least 1 character", "Prompt"),
        ("x" * 501, {}, "prompt: String should have at most 500 characters", "Prompt"),
        ("x", {"Top_p": "0"}, "top_p: Input should be greater than 0", "Top p"),
        (
            "x",
            {"Length": "9", "Seed": "-1"},
            "max_length: Input should be greater than or equal to 10; "
            "seed: Input should be greater than or equal to 0",
            "Length",
        ),
    ],
)
def test_an_error_is_the_services_own_message(
    server: Server,
    open_page: OpenPage,
    prompt: str,
    numbers: dict[str, str],
    said: str,
    field: str | None,
) -> None:
    """In one line that is read out; the field at fault is marked, has the focus and is mended."""
    page = open_page(server)
    page.get_by_label("Prompt").fill(prompt)
    for label, value in numbers.items():
        page.get_by_label(label.replace("_", " ")).fill(value)
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("alert").first).to_have_text(said)
    expect(page.locator("#text")).to_be_empty()
    if field is not None:
        expect(page.get_by_label(field)).to_be_focused()
        expect(page.get_by_label(field)).to_have_attribute("aria-invalid", "true")
    for label, value in {"Length": "50", "Top p": "", "Seed": ""}.items():
        page.get_by_label(label).fill(value)
    generate(page, "Once")
    expect(page.locator("#error")).to_be_empty()
    assert page.locator("[aria-invalid]").count() == 0


def test_an_error_within_a_stream_is_told(serve: Serve, open_page: OpenPage) -> None:
    """What came before it stays on the page."""
    server = serve(SCRIPTED_SECONDS_PER_TOKEN="0.3", REQUEST_TIMEOUT_SECONDS="1")
    page = open_page(server.wait_until_ready())
    page.get_by_label("Prompt").fill("Once")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#error")).to_contain_text("1 s")
    expect(page.locator("#text")).to_have_text(re.compile(r"Once \w+"))
    expect(page.locator("#text")).to_have_attribute("aria-busy", "false")


def test_a_service_that_is_gone_is_told(server: Server, open_page: OpenPage) -> None:
    """In the same place."""
    page = open_page(server)
    expect(page.locator("#health")).to_have_class("healthy")
    server.terminate()
    server.wait()
    page.context.set_offline(True)
    page.get_by_label("Prompt").fill("Once")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#error")).to_have_text("the service does not answer")


def test_a_key_is_asked_for_and_forgotten(serve: Serve, open_page: OpenPage) -> None:
    """Nothing is asked of the history without one; a wrong one is told; none is kept."""
    server = serve(API_KEYS="the-key").wait_until_ready()
    page = open_page(server)
    key = page.get_by_label("API key")
    expect(page.locator("#history-status")).to_have_text("Enter the API key to see its records.")
    page.get_by_label("Prompt").fill("Once")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#error")).to_have_text(
        "no API key; send X-API-Key or Authorization: Bearer"
    )
    expect(key).to_be_focused()
    key.fill("wrong")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#error")).to_have_text("invalid API key")
    expect(page.locator("#history-error")).to_have_text("invalid API key")
    key.fill("a \N{SNOWMAN}")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#error")).to_contain_text("a character that no key can have")
    key.fill("the-key")
    generate(page, "Once")
    expect(page.locator("#records .title")).to_have_text(["Once"])
    expect(page.locator("#history-error")).to_be_empty()
    kept = "JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])"
    assert "the-key" not in page.evaluate(kept)
    page.reload()
    expect(key).to_have_value("")


def test_a_service_without_keys_asks_for_none(server: Server, open_page: OpenPage) -> None:
    """The field is not there for anybody."""
    expect(open_page(server).get_by_label("API key")).to_be_hidden()


def test_it_works_behind_a_path_prefix(server: Server, open_page: OpenPage) -> None:
    """Every address is relative to the page's."""
    page = open_page(server, prefix="some/where/")
    expect(page.locator("#health")).to_have_class("healthy")
    generate(page, "Once")
    expect(page.locator("#records .title")).to_have_text(["Once"])


def test_characters_are_counted_as_the_service_does(server: Server, open_page: OpenPage) -> None:
    """A character beyond the first 65,536 is one: 500 of them are taken."""
    page = open_page(server)
    page.get_by_label("Prompt").fill("\N{GRINNING FACE}" * 501)
    expect(page.locator("#prompt-count")).to_have_text("501 of 500 characters")
    expect(page.locator("#prompt-count")).to_have_class(re.compile("error"))
    generate(page, "\N{GRINNING FACE}" * 500)
    expect(page.locator("#prompt-count")).to_have_text("500 of 500 characters")


def test_a_health_line_says_how_the_service_is(server: Server, open_page: OpenPage) -> None:
    """As the service itself says it."""
    page = open_page(server)
    expect(page.locator("#health")).to_have_text("Service healthy, model loaded")
    expect(page.locator("#health")).to_have_class("healthy")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [NARROW, {"width": 1100, "height": 900}])
def test_everybody_can_use_it(
    serve: Serve, open_page: OpenPage, scheme: str, viewport: dict[str, int]
) -> None:
    """No serious finding of axe-core, in any state, and no scrolling sideways."""
    server = serve(API_KEYS="the-key").wait_until_ready()
    page = open_page(server, color_scheme=scheme, viewport=viewport)
    assert_usable(page)
    page.get_by_label("API key").fill("the-key")
    generate(page, "An-endless-word" * 30, Seed=str(2**53 - 1))
    generate(page, "Once upon a time", Length="200")
    expect(page.locator("#records .title")).to_have_count(2)
    for summary in page.locator("summary").all():
        summary.click()
    assert_usable(page)
    page.get_by_role("button", name="Delete record 1").click()
    assert_usable(page)


def assert_usable(page: Page) -> None:
    """Judge the page as it is now."""
    results = Axe().run(page).response
    found = [each for each in results["violations"] if each["impact"] in SERIOUS]
    assert found == []
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) == 0
