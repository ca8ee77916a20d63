"""A deployment in front of another answers for it, also where it is lent to a further boot."""

from typing import Any, cast

from apps.wrapped import Delayed

from boxproof.core.effects import Effect
from boxproof.targets.abilities import Kills, SharesVolume
from boxproof.targets.base import Target, Variant
from boxproof.targets.wrapping_target import WrappingTarget


class Lender:
    """A deployment with a volume that can be shared."""

    def ability(self, wanted: type) -> object:
        """Itself, where it is asked to share its volume."""
        assert wanted is SharesVolume
        return self

    def shared_volume(self) -> str:
        """The volume's name."""
        return "data"


class Booting:
    """A target that tells which volume the last boot was lent."""

    name = "toy"
    effects = frozenset(Effect)
    neighbours = ("db",)
    lent = ""

    def offers(self, wanted: type) -> bool:
        """It can lend a volume, and nothing else."""
        return wanted is SharesVolume

    def boot(self, variant: Variant) -> Any:
        """Boot one more, on the volume of another where the variant says so."""
        if variant.shares is not None:
            self.lent = variant.shares.ability(SharesVolume).shared_volume()
        return Lender()


def test_what_stands_in_front_can_be_given_back_to_the_target() -> None:
    """A variant that shares the volume of a wrapped deployment gets that of the one behind."""
    behind = Booting()
    target = WrappingTarget(cast("Target", behind), Delayed)
    assert target.offers(SharesVolume)
    assert not target.offers(Kills)
    first = target.boot(Variant())
    assert isinstance(first, Delayed)
    target.boot(Variant(shares=first))
    assert behind.lent == "data"
