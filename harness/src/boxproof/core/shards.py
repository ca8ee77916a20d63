"""One of several parts of a run that different machines judge side by side."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from boxproof.core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Shard:
    """The part ``number`` of ``count``, from 1 up."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """The shard that ``2/4`` names.

        Raises:
            ValueError: it names none.
        """
        number, slash, count = text.partition("/")
        if not (slash and number.isdecimal() and count.isdecimal()):
            raise ValueError(f"{text!r} is not a shard such as 2/4")
        if not 1 <= int(number) <= int(count):
            raise ValueError(f"{text!r}: the first of {count} shards is 1/{count}")
        return cls(int(number), int(count))

    def families(self, clauses: Iterable[str]) -> set[str]:
        """The families that it judges, of those of all clauses: a name for each clause.

        A family stays whole, for its clauses share what is done to deployments. The largest ones
        are dealt out first, each to the shard that has the fewest clauses by then.

        Raises:
            ConfigError: there are more shards than families.
        """
        counted = Counter(clauses)
        if len(counted) < self.count:
            raise ConfigError(
                f"--shard {self}: only {len(counted)} families have clauses to judge; "
                f"take at most {len(counted)} shards"
            )
        dealt: list[Counter[str]] = [Counter() for _ in range(self.count)]
        for family, size in sorted(counted.items(), key=lambda each: (-each[1], each[0])):
            min(dealt, key=Counter.total)[family] = size
        return set(dealt[self.number - 1])

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"
