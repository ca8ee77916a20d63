"""The tables."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gpt2_service.store.columns import ANY_TEXT, MOMENT, RECORD_ID

NAMING = {"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_name)s"}


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMING)


@dataclass(frozen=True, slots=True)
class GenerationDetails:
    """How a text was made.

    Counts and reason are those of the first choice. Each of `further_choices` has the keys
    `generated_text`, `completion_tokens` and `finish_reason`. The `fingerprint` is the model's.
    """

    seed: int
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str
    parameters: dict[str, Any]
    further_choices: list[dict[str, Any]]
    fingerprint: str


def _page_indexes() -> Iterator[Index]:
    """Return the indexes for the lists of each owner, and their filters.

    Each holds its records in the order of a page, and so ends in the id. In SQLite every index does
    by itself (https://www.sqlite.org/fileformat2.html#indices). `info` says whose an index is.
    """
    for columns in (("owner",), ("owner", "created_at"), ("owner", "model_name", "created_at")):
        name = f"ix_generations_{'_'.join(columns)}"
        yield Index(name, *columns, info={"dialect": "sqlite"})
        yield Index(f"{name}_id", *columns, "id", info={"dialect": "postgresql"})


class Generation(Base):
    """One answered request.

    `id` grows with every record and is never given twice, not even after the newest record was
    deleted (https://www.sqlite.org/autoinc.html; a sequence of PostgreSQL's never goes back). It is
    the order of the history and its cursor. `request_id` finds the request in the log. Columns that
    may be null are so in records of releases that did not have them; the meaning of those from
    `seed` on is `GenerationDetails`'s. `owner` is the label of the key that made a record, null
    where there were no keys.
    """

    __tablename__ = "generations"
    __table_args__ = (*_page_indexes(), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RECORD_ID, primary_key=True)
    prompt: Mapped[str] = mapped_column(ANY_TEXT)
    generated_text: Mapped[str] = mapped_column(ANY_TEXT)
    model_name: Mapped[str] = mapped_column(ANY_TEXT)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    request_id: Mapped[str | None] = mapped_column(Text)
    seed: Mapped[int | None] = mapped_column(BigInteger)
    prompt_tokens: Mapped[int | None] = mapped_column(Integer)
    completion_tokens: Mapped[int | None] = mapped_column(Integer)
    finish_reason: Mapped[str | None] = mapped_column(Text)
    parameters: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    further_choices: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    owner: Mapped[str | None] = mapped_column(Text)
    fingerprint: Mapped[str | None] = mapped_column(Text)

    @property
    def choices(self) -> list[dict[str, Any]]:
        """Every choice: `index`, `generated_text` and `finish_reason`."""
        first = {"generated_text": self.generated_text, "finish_reason": self.finish_reason}
        return [
            {
                "index": index,
                "generated_text": choice["generated_text"],
                "finish_reason": choice["finish_reason"],
            }
            for index, choice in enumerate([first, *(self.further_choices or [])])
        ]

    @property
    def usage(self) -> dict[str, int] | None:
        """The tokens of prompt and choices; None where they were not kept."""
        if self.prompt_tokens is None or self.completion_tokens is None:
            return None
        further = (choice["completion_tokens"] for choice in self.further_choices or [])
        completion_tokens = self.completion_tokens + sum(further)
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": self.prompt_tokens + completion_tokens,
        }


def new_generation(
    prompt: str,
    generated_text: str,
    model_name: str,
    request_id: str | None = None,
    details: GenerationDetails | None = None,
    owner: str | None = None,
) -> Generation:
    """Return a record that is in no database, made now; its id is None until it is stored."""
    return Generation(
        prompt=prompt,
        generated_text=generated_text,
        model_name=model_name,
        created_at=datetime.now(UTC),
        request_id=request_id,
        owner=owner,
        **({} if details is None else asdict(details)),
    )
