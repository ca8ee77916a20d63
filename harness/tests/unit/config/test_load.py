"""boxproof.toml: what loads, and the one line that says what is wrong with what does not."""

import re
from pathlib import Path

import pytest

from boxproof.config import Config, load
from boxproof.config.operations import ValidRequest
from boxproof.core.errors import ConfigError, ExitCode
from boxproof.probes.texts import Texts

SMALLEST = """
contract = 1
[service]
name = "api"
port = 8000
[work]
path = "/say"
body = { prompt = "hello" }
"""


def loaded(folder: Path, text: str) -> Config:
    file = folder / "boxproof.toml"
    file.write_text(text)
    return load(file)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text)
    assert caught.value.exit_code is ExitCode.USAGE
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{folder}/")


def test_the_smallest_file_loads_with_defaults(tmp_path: Path) -> None:
    """A service name, a port and a valid request are enough for a first verdict."""
    config = loaded(tmp_path, SMALLEST)
    assert config.root == tmp_path
    assert config.service.compose_file == "docker-compose.yml"
    assert config.work.method == "POST"
    assert config.record is None
    assert config.forbidden is None


def test_tables_and_arrays_become_frozen_objects(tmp_path: Path) -> None:
    """Nested tables, arrays of arrays and numbers take the declared types."""
    config = loaded(
        tmp_path,
        SMALLEST
        + """
[forbidden]
words = ["hate"]
[limits]
boot_seconds = 5
[process]
command = ["serve"]
prepare = [["make", "all"]]
""",
    )
    assert config.forbidden is not None
    assert config.forbidden.words == ("hate",)
    assert config.limits.boot_seconds == 5.0
    assert config.process is not None
    assert config.process.prepare == (("make", "all"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            SMALLEST + "[limits]\nboot_second = 3\n",
            "boxproof.toml: [limits] boot_second: unknown setting; did you mean 'boot_seconds'?",
        ),
        (
            SMALLEST + "[helth]\n",
            "boxproof.toml: helth: unknown setting; did you mean 'health'?",
        ),
        (
            SMALLEST + "[limits]\nboot_seconds = '3'\n",
            "boxproof.toml: limits.boot_seconds: '3' is not a number",
        ),
        (
            SMALLEST + "[url]\nrequests_per_second = inf\n",
            "boxproof.toml: url.requests_per_second: inf is not a finite number",
        ),
        (
            SMALLEST + "[limits]\nboot_seconds = -1\n",
            "boxproof.toml: limits.boot_seconds: -1.0 is not above 0",
        ),
        (
            SMALLEST.replace("8000", "true"),
            "boxproof.toml: service.port: True is not a whole number",
        ),
        (
            SMALLEST.replace('name = "api"', ""),
            "boxproof.toml: [service] name: missing; the service's name in the compose file",
        ),
        (
            SMALLEST + "[forbidden]\nwords = 'hate'\n",
            "boxproof.toml: forbidden.words: 'hate' is not an array",
        ),
        (
            SMALLEST + "[forbidden]\nwords = ['hate', 3]\n",
            "boxproof.toml: forbidden.words[1]: 3 is not a string",
        ),
        ("health = 3\n" + SMALLEST, "boxproof.toml: health: 3 is not a table"),
        (
            SMALLEST + "[records.notes]\nid = 'id'\n",
            "boxproof.toml: records.notes.id: 'id' is not a JSON pointer: it must be empty or "
            "start with '/'; did you mean '/id'?",
        ),
        (
            SMALLEST + "[records.notes]\nid = '$.note.id'\n",
            "boxproof.toml: records.notes.id: '$.note.id' is not a JSON pointer: it must be empty "
            "or start with '/'; did you mean '/note/id'?",
        ),
        (
            SMALLEST + "[health]\nmodel_loaded = '/a~b'\n",
            "boxproof.toml: health.model_loaded: '/a~b' is not a JSON pointer: '~' must be "
            "followed by 0 (for '~') or 1 (for '/'); did you mean '/a~0b'?",
        ),
        (
            SMALLEST + "text = '/promt'\n",
            "boxproof.toml: work.text: '/promt' names no text in work.body; "
            "did you mean '/prompt'?",
        ),
        (
            SMALLEST + "[records.notes.create]\npath = '/n'\ntext = '/a'\n",
            "boxproof.toml: records.notes.create.text: '/a' names no text in "
            "records.notes.create.body",
        ),
        (
            SMALLEST + "[records.notes.read]\npath = '/notes/'\n",
            "boxproof.toml: records.notes.read.path: '/notes/' must hold {id}; "
            "did you mean '/notes/{id}'?",
        ),
        (
            SMALLEST.replace("/say", "say"),
            "boxproof.toml: work.path: 'say' must start with '/'; did you mean '/say'?",
        ),
        (
            SMALLEST.replace("contract = 1", ""),
            "boxproof.toml: contract: missing; add 'contract = 1' as its first line, "
            "or run 'boxproof migrate'",
        ),
        (
            SMALLEST.replace("contract = 1", "contract = 2"),
            "boxproof.toml: contract: 2 is not supported; this version of boxproof knows "
            "contracts up to 1",
        ),
        (
            SMALLEST.replace("[work]", "[operations.create]"),
            "boxproof.toml: [operations] is of an older contract; 'boxproof migrate' rewrites it",
        ),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    """The line names the file, the place, the value seen and the nearest match."""
    assert refusal(tmp_path, text) == said


def test_records_are_of_several_kinds_and_the_first_is_judged(tmp_path: Path) -> None:
    """What an item of a list holds is what the record holds, unless the file says otherwise."""
    config = loaded(
        tmp_path,
        SMALLEST
        + """
text = "/prompt"
[records.notes]
text = "/words"
[records.notes.list]
path = "/notes"
id = ""
[records.drafts.create]
path = "/drafts"
""",
    )
    notes = config.record
    assert notes is config.records["notes"]
    assert (notes.item_id, notes.item_text) == ("", "/words")
    assert config.maker(notes) is config.work
    assert config.maker(config.records["drafts"]).path == "/drafts"


def test_a_text_may_stand_anywhere_in_the_body(tmp_path: Path) -> None:
    """As that of a chat's first message does."""
    chat = SMALLEST.replace(
        'body = { prompt = "hello" }',
        'body = { messages = [{ content = "hello" }] }\ntext = "/messages/0/content"',
    )
    assert loaded(tmp_path, chat).work.text == "/messages/0/content"


def test_what_is_not_valid_toml_is_said_with_its_line(tmp_path: Path) -> None:
    """A syntax error keeps the parser's position."""
    assert "is not valid TOML: " in refusal(tmp_path, "[service\n")
    assert "line 1" in refusal(tmp_path, "[service\n")


def test_a_missing_file_names_the_option_that_mends_it(tmp_path: Path) -> None:
    """Started in the wrong folder, a person learns how to name the file."""
    with pytest.raises(ConfigError, match=r"'boxproof init' .*'boxproof --config FILE'"):
        load(tmp_path / "boxproof.toml")


def test_a_folder_or_binary_in_its_place_is_no_traceback(tmp_path: Path) -> None:
    """Whatever stands under the name, the answer is a line."""
    (tmp_path / "boxproof.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "boxproof.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)


WAIVER = """
[[waivers]]
clause = "schema.methods"
reason = "our framework's habit"
until = 2027-01-31
"""


def test_waivers_come_from_the_file_and_from_the_one_beside_it(tmp_path: Path) -> None:
    """boxproof waive writes the second; a hand may write either."""
    (tmp_path / "boxproof.waivers.toml").write_text(WAIVER + 'operation = "PUT /say"\n')
    config = loaded(tmp_path, SMALLEST + WAIVER)
    assert [(each.operation, each.until.day) for each in config.waivers] == [
        ("", 31),
        ("PUT /say", 31),
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            WAIVER.replace("our framework's habit", " "),
            "boxproof.waivers.toml: waivers[0].reason: ' ' is empty; write why",
        ),
        (
            WAIVER.replace("until = 2027-01-31", ""),
            "boxproof.waivers.toml: [waivers[0]] until: missing; the last day on which it is",
        ),
        (
            WAIVER.replace("2027-01-31", '"2027-01-31"'),
            "boxproof.waivers.toml: waivers[0].until: '2027-01-31' is not a date such as "
            "2027-01-31, without quotes",
        ),
        (
            WAIVER.replace("2027-01-31", "2027-01-31T10:00:00Z"),
            "is not a date such as 2027-01-31, without quotes",
        ),
        (
            WAIVER + "operations = 'x'",
            "boxproof.waivers.toml: [waivers[0]] operations: unknown setting; "
            "did you mean 'operation'?",
        ),
        (WAIVER + WAIVER, "waivers: 2 of them are for schema.methods; keep one"),
        ("[work]", "boxproof.waivers.toml: work: unknown setting; known here: waivers"),
    ],
)
def test_a_waiver_that_is_not_whole_is_one_line(tmp_path: Path, written: str, said: str) -> None:
    """Above all one whose reason was never written."""
    (tmp_path / "boxproof.waivers.toml").write_text(written)
    assert said in refusal(tmp_path, SMALLEST)


def test_fail_on_knows_two_words(tmp_path: Path) -> None:
    """Its place is the top of the file, so its line has no table."""
    assert loaded(tmp_path, SMALLEST).fail_on == "should"
    assert loaded(tmp_path, 'fail_on = "must"\n' + SMALLEST).fail_on == "must"
    said = refusal(tmp_path, 'fail_on = "never"\n' + SMALLEST)
    assert said == "boxproof.toml: fail_on: 'never' is not one of 'should', 'must'"


def test_forbidden_words_are_some(tmp_path: Path) -> None:
    """Without one, that they are refused would be kept for nothing."""
    said = refusal(tmp_path, SMALLEST + "[forbidden]\nwords = []\n")
    assert said == "boxproof.toml: forbidden.words: () is empty; name a word, or leave it out"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "credential: its value comes from a variable or a file; name exactly one"),
        ("variable = 'A'\nfile = 'b'", "name exactly one"),
        ("variable = 'a b'", "credential.variable: 'a b' is not the name of a variable"),
        ("scheme = 'digest'", "credential.scheme: 'digest' is not one of 'bearer', 'basic'"),
        ("scheme = 'header'\nvariable = 'A'", "credential.name: missing; the scheme 'header'"),
        ("scheme = 'basic'\nvariable = 'A'", "credential.user: missing; the scheme 'basic'"),
        ("name = 'X'\nvariable = 'A'", "credential.name: has no meaning with the scheme 'bearer'"),
        ("scheme = 'header'\nname = 'a b'\nvariable = 'A'", "'a b' cannot be sent"),
        (
            "scheme = 'basic'\nuser = 'a:b'\nvariable = 'A'",
            "credential.user: must not hold a colon",
        ),
        ("variable = 'A'\nuser = 'me'", "credential.user: has no meaning with"),
        ("variable = 'A'\nopen_paths = ['/nowhere']", "'/nowhere' is not the path of a request"),
        (
            "scheme = 'basic'\nuser = 'me'\nvariable = 'A'\nanother = {variable = 'B'}",
            "credential.another.user: missing",
        ),
        (
            "scheme = 'cookie'\nname = 'c'\nvariable = 'A'\n[work.cookies]\ntenant = 'a'",
            "work.cookies: cannot be sent beside a credential that is a cookie",
        ),
        ("scheme = 'query'\nname = 'a&b'\nvariable = 'A'", "credential.name: 'a&b' cannot be sent"),
        (
            "scheme = 'query'\nname = 'key'\nvariable = 'A'\n[work.query]\nkey = 'a'",
            "work.query: 'key' is the credential's; leave it out",
        ),
        ("variable = 'A'\nanother = {}", "credential.another: its value comes from a variable"),
    ],
)
def test_a_credential_that_cannot_be_sent_is_one_line(
    tmp_path: Path, given: str, said: str
) -> None:
    """Its place and the rule."""
    assert said in refusal(tmp_path, f"{SMALLEST}\n[credential]\n{given}\n")


def test_a_promise_is_declined_with_a_reason(tmp_path: Path) -> None:
    """An empty one would be a silent hole."""
    assert loaded(tmp_path, SMALLEST + '[declined]\n"a.b" = "why"\n').declined == {"a.b": "why"}
    said = refusal(tmp_path, SMALLEST + '[declined]\n"a.b" = ""\n')
    assert said == "boxproof.toml: declined.a.b: '' is empty; write why"


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (
            "encoding = 'urlencoded'",
            "work.encoding: 'urlencoded' is not one of 'json', 'form', 'multipart', 'raw'",
        ),
        (
            "encoding = 'multi-part'",
            "work.encoding: 'multi-part' is not one of 'json', 'form', 'multipart', 'raw'; "
            "did you mean 'multipart'?",
        ),
        (
            "encoding = 'raw'",
            "work.body: {'prompt': 'hello'} is not a string, which the encoding 'raw' takes",
        ),
        (
            "encoding = 'form'\nfiles = { image = 'boxproof.toml' }",
            "work.files: are parts of a multipart body; the encoding is 'form'",
        ),
        (
            "files = { image = 'one.png' }",
            "work.files.image: 'one.png': no such file in {folder}",
        ),
        (
            "body_file = 'boxproof.toml'",
            "work.body_file: is sent alone, raw or as JSON; leave out body, or body_file",
        ),
        (
            "id_form = 'note.txt'",
            "work.id_form: 'note.txt' must hold one of {uuid}, {hex} and {number}, once",
        ),
        (
            "id_form = '{uuid}-{uuid}'",
            "work.id_form: '{uuid}-{uuid}' must hold one of {uuid}, {hex} and {number}, once",
        ),
        (
            "id_form = '{number}.txt'",
            "work.id_form: '{number}.txt' says nothing without {id} in work.path",
        ),
        ("status = ['200']", "work.status[0]: '200' is not a whole number"),
        ("status = '200'", "work.status: '200' is not a whole number"),
        ("status = []", "work.status: () is not a status from 200 to 599, or an array of them"),
        (
            "status = [200, 20]",
            "work.status: (200, 20) is not a status from 200 to 599, or an array of them",
        ),
        ("method = 'put'", "work.method: 'put' is not an HTTP method; did you mean 'PUT'?"),
        ("method = 'PUT /'", "work.method: 'PUT /' is not an HTTP method"),
        (
            "headers = { x-mode = 'łagodny' }",
            "work.headers.x-mode: cannot be sent (RFC 9110, 5.5): write it in Latin-1",
        ),
        (
            'headers = { x-mode = "a\\r\\nx-more: b" }',
            "work.headers.x-mode: cannot be sent (RFC 9110, 5.5): write it in Latin-1",
        ),
        (
            "headers = { Cookie = 'a=b' }\ncookies = { c = 'd' }",
            "work.headers.Cookie: stands beside work.cookies; keep one",
        ),
        ("cookies = { c = 'd; e=f' }", "work.cookies.c: cannot be sent (RFC 6265, 4.1.1)"),
        (
            "light = { until = 2027-01-31 }",
            "work.light: cannot be sent as JSON: Object of type date is not JSON serializable",
        ),
        (
            "parameters = { model = 'm' }",
            "work.parameters.model: '/say' holds no {model}",
        ),
        (
            "text_unique = true",
            "work.text_unique: says nothing without work.text, the text's JSON pointer",
        ),
        (
            "text = '/prompt'\ntext_pattern = '[a-z'",
            "work.text_pattern: '[a-z' is not a valid regular expression: unterminated character "
            "set at position 0",
        ),
        (
            "text = '/prompt'\ntext_pattern = 'yes|no'",
            "work.text_pattern: 'yes|no' matches none of the texts that boxproof makes; widen it "
            "as far as the service allows, or leave out text",
        ),
        (
            "text = '/q'\ntext_in = 'query'\nquery = { question = 'why' }",
            "work.text: '/q' names no text in work.query; did you mean '/question'?",
        ),
    ],
)
def test_a_request_that_cannot_be_sent_is_one_line(tmp_path: Path, work: str, said: str) -> None:
    """Before anything is booted."""
    expected = f"boxproof.toml: {said.replace('{folder}', str(tmp_path))}"
    assert refusal(tmp_path, SMALLEST + work + "\n") == expected


def test_a_file_that_is_sent_as_json_is_json(tmp_path: Path) -> None:
    """Fields and texts are put into what it holds, null as well, which TOML lacks."""
    text = SMALLEST.replace(
        'body = { prompt = "hello" }', "body_file = 'b.json'\nencoding = 'json'"
    )
    text += "text = '/prompt'\nheavy = { n = 9 }\n"
    file = tmp_path / "b.json"
    file.write_text('{"prompt": "hello", "top": null}')
    assert loaded(tmp_path, text).work.content == {"prompt": "hello", "top": None}
    file.write_text('{"prompts": ["hello"]}')
    assert refusal(tmp_path, text) == (
        "boxproof.toml: work.text: '/prompt' names no text in work.body; did you mean '/prompts/0'?"
    )
    file.write_text("{")
    said = (
        f"boxproof.toml: work.body_file: {str(file)!r} is not valid JSON: Expecting property name "
    )
    assert refusal(tmp_path, text).startswith(said)


def test_a_raw_body_has_no_fields_to_change(tmp_path: Path) -> None:
    """What makes the work long would be sent nowhere."""
    raw = SMALLEST.replace('{ prompt = "hello" }', '"hello"\nencoding = "raw"')
    assert refusal(tmp_path, raw + "heavy = { n = 9 }\n") == (
        "boxproof.toml: work.heavy: are fields over those of a table, which the body is not"
    )


def test_a_name_in_a_path_must_be_filled_in(tmp_path: Path) -> None:
    """The line says where."""
    assert refusal(tmp_path, SMALLEST.replace("/say", "/{model}/say")) == (
        "boxproof.toml: work.path: {model} is not filled in; add 'model' to work.parameters"
    )


@pytest.mark.parametrize(
    ("pattern", "marker"),
    [
        ("", "boxproof 0123abcd "),
        (r"\S+", "boxproof-0123abcd-"),
        ("[a-z]+", "boxproofzghjkabcdz"),
        ("[A-Z]+", "BOXPROOFZGHJKABCDZ"),
        ("[a-z0-9_]{3,20}", "b0123_"),
        (r"[^@ ]+@[^@ ]+\.[a-z]+", "boxproof-0123abcd-"),
        (r"\d+", "098111120112114111111102032048049050051097098099100032"),
    ],
)
def test_texts_are_spelled_as_a_pattern_wants_them(pattern: str, marker: str) -> None:
    """And all that belong together begin alike, and differ."""
    texts = Texts.of(ValidRequest("/say", body={"p": "x"}, text="/p", text_pattern=pattern))
    assert texts.beginning("boxproof 0123abcd") == marker
    made = [
        texts.spelled(f"boxproof 0123abcd {worker} {number}")
        for worker in ("writer-1", "writer-11", "tried", "reader-1")
        for number in (1, 11, 111)
    ]
    assert all(each.startswith(marker) for each in made)
    assert not pattern or all(re.fullmatch(pattern, each) for each in made)
    assert len(set(made)) == len(made)


NOTES = "[records.notes]\n"
LISTED = NOTES + "[records.notes.list]\npath = '/notes'\n"


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (
            LISTED + "before = 'before'\noffset = 'offset'",
            "records.notes.list: offset and before are two ways to turn pages; keep one",
        ),
        (
            LISTED + "cursor = 'cursor'",
            "records.notes.list.cursor: takes what stands at records.notes.list.next, which is "
            "missing",
        ),
        (
            LISTED + "order = 'oldest first'",
            "records.notes.list.order: 'oldest first' is not one of 'newest', 'oldest', 'none'; "
            "did you mean 'oldest'?",
        ),
        (
            LISTED.replace("/notes'", "/{user}/notes'"),
            "records.notes.list.path: {user} is not filled in; add 'user' to "
            "records.notes.list.parameters",
        ),
        (
            NOTES + "[records.notes.read]\npath = '/{user}/notes/{id}'",
            "records.notes.read.path: {user} is not filled in; add 'user' to "
            "records.notes.read.parameters",
        ),
        (
            LISTED.replace("/notes'", "/{id}/notes'"),
            "records.notes.list.path: {id} is not filled in; add 'id' to "
            "records.notes.list.parameters",
        ),
        (
            NOTES + "[records.notes.delete]\npath = '/notes'",
            "records.notes.delete.path: '/notes' must hold {id}; did you mean '/notes/{id}'?",
        ),
        (
            NOTES + "[records.notes.update]\npath = '/notes/{id}'\nbody = { a = 'x' }\ntext = '/b'",
            "records.notes.update.text: '/b' names no text in records.notes.update.body; did you "
            "mean '/a'?",
        ),
        (
            NOTES + "id_header = 'Location'",
            "records.notes.id_header: 'Location' says nothing without [records.notes.read]",
        ),
        (
            NOTES + "varying = ['updated']",
            "records.notes.varying: ('updated',) 'updated' is not a JSON pointer: it must be empty "
            "or start with '/'; did you mean '/updated'?",
        ),
    ],
)
def test_records_that_cannot_be_found_are_one_line(tmp_path: Path, records: str, said: str) -> None:
    """Before anything is booted."""
    assert refusal(tmp_path, SMALLEST + records + "\n") == f"boxproof.toml: {said}"
