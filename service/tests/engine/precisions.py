"""The precisions that this machine's processor computes; bfloat16, for one, needs AVX-512."""

from typing import get_args

import torch

from gpt2_service.engine.linears import Precision, packer
from gpt2_service.errors import StartupError

EVERY: tuple[Precision, ...] = get_args(Precision)


def _computes(precision: Precision) -> bool:
    try:
        packer(precision)(torch.ones(32, 32), None)(torch.ones(4, 32))
    except (RuntimeError, StartupError):
        return False
    return True


COMPUTED = tuple(each for each in EVERY if _computes(each))
