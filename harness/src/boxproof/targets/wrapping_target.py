"""A target each of whose deployments stands behind another one, which may add to what it does."""

from collections.abc import Callable

from boxproof.targets.base import Deployment, Exit, Host, Target, Variant

Wrap = Callable[[Deployment], Deployment]


class WrappingTarget:
    """Boots what another target boots, and puts a deployment in front of each.

    Args:
        target: boots the deployments.
        wrap: makes the deployment that stands in front of a booted one. It answers for every
            ability that the target offers; :meth:`Deployment.close` must reach the one behind it.
    """

    def __init__(self, target: Target, wrap: Wrap) -> None:
        self.name = target.name
        self.effects = target.effects
        self.neighbours = target.neighbours
        self._target = target
        self._wrap = wrap

    def offers(self, wanted: type) -> bool:
        """Whether the deployments behind have an ability."""
        return self._target.offers(wanted)

    def prepare(self) -> None:
        """Have the target prepare itself."""
        self._target.prepare()

    def host(self) -> Host:
        """Where the deployments behind run."""
        return self._target.host()

    def facts(self) -> dict[str, str]:
        """What a report says of the target behind."""
        return self._target.facts()

    def boot(self, variant: Variant) -> Deployment:
        """Boot one more deployment, and put another in front of it; see :class:`Target`."""
        return self._wrap(self._target.boot(variant))

    def boot_to_exit(self, variant: Variant) -> Exit | None:
        """Boot what is expected to refuse; there is nothing to put a deployment in front of."""
        return self._target.boot_to_exit(variant)

    def close(self) -> None:
        """Remove every deployment that is left."""
        self._target.close()
