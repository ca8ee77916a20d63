"""What a boxproof.toml promises decides which clauses are part of the contract."""

from dataclasses import replace
from pathlib import Path

import pytest

from boxproof.clauses import registry
from boxproof.config.operations import Delete, List, Read, Records, Update, ValidRequest
from boxproof.config.options import Config, Forbidden, Service
from boxproof.config.text_generation import Generation

SAY = ValidRequest("/say", body={"prompt": "Once"}, text="/prompt")
CONFIG = Config(Path(), Service("toy", 1), SAY)


def promised(records: Records, data_mount: str = "", work: ValidRequest = SAY) -> set[str]:
    """The clauses that a service with such records promises."""
    config = Config(
        root=Path(),
        service=Service("toy", 1, data_mount=data_mount),
        work=work,
        records={"sayings": records},
    )
    return {each.id for each in registry.every() if each.promised(config)}


def test_a_fresh_volume_says_nothing_of_records_that_lie_elsewhere() -> None:
    """Only records on the data volume go with it."""
    records = Records(read=Read("/records/{id}"))
    assert "persistence.fresh-volume-empty" not in promised(records)
    assert "persistence.fresh-volume-empty" in promised(records, data_mount="/data")


@pytest.mark.parametrize("id", ["records.list-in-order", "records.nothing-unasked"])
def test_a_list_whose_items_show_no_text_cannot_tell_whose_they_are(id: str) -> None:
    """Whatever the request's own field is called: the file must say it of the items."""
    pages = List("/records", order="newest", before="before")
    assert id not in promised(Records(list=pages))
    assert id in promised(Records(text="/prompt", list=pages))
    assert id in promised(Records(list=replace(pages, text="/words")))


def test_ids_that_the_client_chooses_say_nothing_of_the_service() -> None:
    """They are unique whatever it does."""
    put = ValidRequest("/records/{id}", "PUT", body={"prompt": "Once"}, text="/prompt")
    records = Records(read=Read("/records/{id}"))
    assert "persistence.ids-unique" in promised(records)
    assert "persistence.ids-unique" not in promised(records, work=put)


def test_an_empty_text_in_a_path_is_another_request() -> None:
    """Its answer is that of whatever route is there, such as the list above it."""
    asked = ValidRequest("/say/{text}", "GET", {"text": "Once"}, text="/text", text_in="parameters")
    assert "generation.empty-refused" in promised(Records())
    assert "generation.empty-refused" not in promised(Records(), work=asked)


def test_a_text_in_a_head_or_a_path_is_not_sent_what_cannot_stand_there() -> None:
    """A header holds no line feed and no bold letter; many a path takes no encoded slash."""
    forbidden = Forbidden(("hate",), in_every_form=True)

    def of(work: ValidRequest) -> set[str]:
        work = replace(work, output="/text")
        generation = Generation(starts_with_prompt=True)
        config = replace(CONFIG, work=work, generation=generation, forbidden=forbidden)
        return {each.id for each in registry.every() if each.promised(config)}

    unchanged, forms = "generation.prompt-unchanged", "generation.forbidden-every-alphabet"
    path = ValidRequest(
        "/say/{text}", parameters={"text": "Once"}, text="/text", text_in="parameters"
    )
    header = ValidRequest("/say", headers={"text": "Once"}, text="/text", text_in="headers")
    assert {unchanged, forms} <= of(SAY)
    assert {unchanged, forms} & of(path) == {forms}
    assert not {unchanged, forms} & of(header)


def test_changes_are_promised_as_far_as_they_can_be_seen() -> None:
    """An update whose text the file names, in records that it says how to read or to list."""
    read, pages = Read("/records/{id}"), List("/records")
    silent = Update("/records/{id}", body={"prompt": "Twice"})
    update, delete = replace(silent, text="/prompt"), Delete("/records/{id}")
    clauses = ("records.update-readable", "records.update-listed", "persistence.update-survives")
    for records in (
        Records(text="/prompt", read=read, list=pages, update=silent),
        Records(read=read, list=pages, update=update),
        Records(text="/prompt", update=update),
    ):
        assert not promised(records) & {*clauses, "records.change-alone"}
    assert promised(Records(text="/prompt", read=read, list=pages, update=update)) >= {*clauses}
    deletes = ("records.deleted-gone", "records.change-alone", "persistence.delete-survives")
    assert promised(Records(read=read, delete=delete)) >= {*deletes, "records.delete-repeated"}
    assert not promised(Records(list=pages, delete=delete)) & {*deletes}
    assert "records.deleted-unlisted" in promised(Records(list=pages, delete=delete))
