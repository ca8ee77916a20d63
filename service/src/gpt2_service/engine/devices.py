"""Where the model runs."""

import os
from typing import Literal

import torch

from gpt2_service.engine.linears import Precision
from gpt2_service.errors import StartupError

Device = Literal["auto", "cpu", "cuda"]

CPU = torch.device("cpu")


def choose_device(wanted: Device, precision: Precision) -> torch.device:
    """Return the device for a setting; `auto` is CUDA where it is there and the precision is fp32.

    Does not begin to use CUDA, for what began before a fork cannot be used after it. Raises
    StartupError when the device is not there or cannot compute in that precision.
    """
    # Asks the driver's management library instead of making a context in this process
    # (https://docs.pytorch.org/docs/stable/notes/cuda.html).
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    there = wanted != "cpu" and torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise StartupError("DEVICE: 'cuda' is not available; use 'auto' or 'cpu'")
    if wanted == "cuda" and precision != "fp32":
        raise StartupError(f"PRECISION: {precision!r} needs a CPU; use 'fp32' with DEVICE 'cuda'")
    if there and precision == "fp32":
        return torch.device("cuda")
    if precision != "fp32" and not torch.backends.mkldnn.is_available():
        raise StartupError(
            f"PRECISION: {precision!r} needs oneDNN, which this build of torch lacks"
        )
    return CPU
