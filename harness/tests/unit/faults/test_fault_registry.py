"""The registry of faults."""

import pytest

from boxproof.faults import fault_registry as registry


def test_there_is_a_no_op() -> None:
    """What is found under it is no fault's doing."""
    assert registry.every()["none"].needs == ()


def test_a_name_is_taken_once() -> None:
    """Two faults of one name would hide each other."""
    registry.every()
    with pytest.raises(ValueError, match="is taken by"):
        registry.fault("kill", "again")(registry.every()["kill"].harm)
