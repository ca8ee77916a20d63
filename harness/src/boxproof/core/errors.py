"""Expected errors: one line for a person and an exit code for a script."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says when it ends."""

    CLEAN = 0
    BROKEN = 1
    USAGE = 2
    BOOT_FAILED = 3
    PARTIAL = 4
    INTERRUPTED = 130


class BoxproofError(Exception):
    """An error that a person can mend; printed as one line, never as a traceback."""

    exit_code = ExitCode.USAGE


class ConfigError(BoxproofError):
    """A setting that cannot be used; says where it stands, what was seen and what is valid."""


class EngineError(BoxproofError):
    """The container engine is missing, refuses, or failed at something other than a boot."""


class HasEnded(EngineError):
    """The container that was to be looked into does not run."""


class BootFailed(BoxproofError):
    """A boot that did not end in a ready service.

    Args:
        summary: one line, what happened.
        log: the service's own output until then.
        exit_code_seen: the server process's exit code, if it ended.
        oom_killed: whether the kernel ended it for lack of memory.
        timed_out: whether it still ran when its time limit had passed.
    """

    exit_code = ExitCode.BOOT_FAILED

    def __init__(
        self,
        summary: str,
        *,
        log: str = "",
        exit_code_seen: int | None = None,
        oom_killed: bool = False,
        timed_out: bool = False,
    ) -> None:
        super().__init__(summary)
        self.log = log
        self.exit_code_seen = exit_code_seen
        self.oom_killed = oom_killed
        self.timed_out = timed_out
