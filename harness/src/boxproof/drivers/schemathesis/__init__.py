"""Schemathesis as a driver: fuzzes what the OpenAPI document promises, in a process of its own.

Only the modules that run in that process import Schemathesis and Hypothesis.
"""

from boxproof.drivers.schemathesis.fuzzer import Fuzzer
from boxproof.drivers.schemathesis.fuzzing_process import FuzzFailed, FuzzingProcess

__all__ = ["FuzzFailed", "Fuzzer", "FuzzingProcess"]
