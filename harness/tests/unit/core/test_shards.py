"""Every family belongs to one shard, and the shards are of about one size."""

import pytest

from boxproof.core.errors import ConfigError
from boxproof.core.shards import Shard

CLAUSES = ["schema"] * 20 + ["persistence"] * 27 + ["smoke"] * 6 + ["records"] * 18


def test_the_shards_are_all_families_and_no_family_twice() -> None:
    """The largest family stands alone before two meet."""
    dealt = [Shard(number, 3).families(CLAUSES) for number in (1, 2, 3)]
    assert dealt == [{"persistence"}, {"schema"}, {"records", "smoke"}]


def test_the_order_of_clauses_does_not_matter() -> None:
    """Two machines may collect them otherwise."""
    assert Shard(2, 3).families(CLAUSES[::-1]) == Shard(2, 3).families(CLAUSES)


def test_more_shards_than_families_are_refused() -> None:
    """One of them would judge nothing, and call it clean."""
    with pytest.raises(ConfigError, match=r"--shard 1/5: only 4 families .* at most 4 shards"):
        Shard(1, 5).families(CLAUSES)


@pytest.mark.parametrize("text", ["", "2", "/", "a/b", "0/4", "5/4", "1/0", "-1/4", "1/4/2"])
def test_what_is_not_a_shard_is_refused(text: str) -> None:
    """With a word on how one is written."""
    with pytest.raises(ValueError, match=r"is not a shard|the first of"):
        Shard.parse(text)
    assert str(Shard.parse("2/4")) == "2/4"
