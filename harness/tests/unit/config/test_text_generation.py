"""How a service makes text, as its file says."""

from pathlib import Path

import pytest

from boxproof.config import Config, load
from boxproof.config.text_generation import Generation
from boxproof.core.errors import ConfigError

WORK = """
contract = 1
service = { name = "api", port = 8000 }
[work]
path = "/say"
body = { prompt = "hello" }
"""
OUTPUT = 'output = "/text"\n'


def loaded(folder: Path, text: str) -> Config:
    file = folder / "boxproof.toml"
    file.write_text(text)
    return load(file)


def generation(folder: Path, text: str) -> Generation:
    made = loaded(folder, f"{WORK}{OUTPUT}[generation]\n{text}").generation
    assert made is not None
    return made


def test_without_a_kind_only_what_is_given_is_named(tmp_path: Path) -> None:
    """Of other fields nothing is promised."""
    made = generation(tmp_path, 'limit = "/steps"')
    assert made == Generation(limit="/steps")


@pytest.mark.parametrize(
    ("kind", "text"), [("openai-completions", "/text"), ("openai-chat", "/message/content")]
)
def test_a_kind_names_the_fields_of_its_api(kind: str, text: str, tmp_path: Path) -> None:
    """What is promised besides stays as it is without a kind."""
    made = generation(tmp_path, f'kind = "{kind}"')
    assert (made.limit, made.choice_text) == ("/max_tokens", text)
    assert made.greedy == {"temperature": 0}
    assert not made.starts_with_prompt


def test_what_is_given_goes_before_the_kind(tmp_path: Path) -> None:
    """A server may have one field of another name."""
    given = 'kind = "openai-chat"\nlimit = "/max_completion_tokens"\ngreedy = { top_k = 1 }'
    made = generation(tmp_path, given)
    assert (made.limit, made.seed) == ("/max_completion_tokens", "/seed")
    assert made.greedy == {"top_k": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'{WORK}{OUTPUT}[generation]\nkind = "openai"', "generation.kind: 'openai'"),
        (f'{WORK}[generation]\nseed = "/seed"', "generation: says nothing without work.output"),
        (
            f'{WORK}{OUTPUT}encoding = "raw"\n[generation]\nseed = "/seed"'.replace(
                'body = { prompt = "hello" }', 'body_file = "boxproof.toml"'
            ),
            "generation: sets fields of the work's body, which is not a table",
        ),
    ],
)
def test_what_cannot_be_used_is_refused(text: str, said: str, tmp_path: Path) -> None:
    """By the line that is to be changed."""
    with pytest.raises(ConfigError, match=said):
        loaded(tmp_path, text)
