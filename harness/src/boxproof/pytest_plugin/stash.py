"""The session of a pytest run: the one that ``boxproof run`` opened, or one of its own."""

from pathlib import Path

import pytest

from boxproof.core import signals
from boxproof.reports import folder
from boxproof.session import Session, Settings, open_session

SESSION = pytest.StashKey[Session]()
OWN = pytest.StashKey[bool]()
INTERRUPTED = pytest.StashKey[bool]()


def adopt(config: pytest.Config, session: Session) -> None:
    """Let the plugin work on a session that its opener closes."""
    config.stash[SESSION] = session


def session_of(config: pytest.Config) -> Session:
    """The run's session; a plain pytest run opens one when it first needs it.

    Raises:
        ConfigError, EngineError: ``boxproof.toml`` or the machine does not allow one.
    """
    if SESSION not in config.stash:
        given = config.getoption("boxproof_config")
        report = config.getoption("boxproof_report")
        settings = Settings(
            config_file=Path(given) if given else config.rootpath / "boxproof.toml",
            target=config.getoption("boxproof_target"),
            seed=config.getoption("boxproof_seed"),
            report_folder=Path(report) if report else None,
            trust_compose=config.getoption("boxproof_trust_compose"),
            full=config.getoption("boxproof_full"),
        )
        config.stash[SESSION] = open_session(settings)
        config.stash[OWN] = True
    return config.stash[SESSION]


def note_exit(config: pytest.Config, status: int) -> None:
    """Say how the pytest run ended."""
    config.stash[INTERRUPTED] = status == pytest.ExitCode.INTERRUPTED


def close_own(config: pytest.Config) -> str:
    """End the session that this pytest run opened, and write its reports.

    Returns where the reports lie; empty where nothing was begun, so that there are none.
    """
    if not config.stash.get(OWN, False):
        return ""
    session = config.stash[SESSION]
    with signals.held("removing what the run made"):
        session.end(interrupted=config.stash.get(INTERRUPTED, True))
    if not session.journal.is_begun:
        return ""
    folder.write(session.journal.path)
    return str(session.report_folder)
