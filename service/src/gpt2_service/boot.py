"""From the environment to an application that can serve, or to one line and an exit code."""

import gc
import logging
import logging.config
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gpt2_service.draining import shared_draining
from gpt2_service.engine.interfaces import Model
from gpt2_service.engine.loading import check_model, import_engine, load_model
from gpt2_service.errors import SettingError, StartupError
from gpt2_service.settings import Settings, load_settings
from gpt2_service.telemetry.logs import logging_config

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@cache
def settings_or_exit() -> Settings:
    """Return the settings, or end the process when they cannot work.

    Imports nothing heavy: a wrong setting is told in a fraction of a second.
    """
    try:
        settings = load_settings()
        check_model(settings)
        _check_database_folder(settings)
    except StartupError as error:
        _exit(error)
    return settings


def boot() -> "FastAPI":
    """Return the application for this process's environment, database and model ready.

    Ends the process with one line on stderr when that fails.
    """
    settings = settings_or_exit()
    logging.config.dictConfig(logging_config(settings.log_level))
    logging.captureWarnings(True)
    _warn_if_open(settings)
    # Nothing of what is imported is garbage, and looking for it takes a fifth of the start.
    gc.disable()
    try:
        prepare_database(settings)
        import_engine(settings)
        gc.freeze()
        model = prepare_model(settings)
        from gpt2_service.app import create_app

        return create_app(settings, model, shared_draining())
    except StartupError as error:
        _exit(error)
    finally:
        gc.enable()


def prepare_database(settings: Settings) -> None:
    """Bring the database up to date.

    First of all, so that one that cannot be used is told a second after the start, before anything
    heavy is imported. Leaves no open connection behind, for the process forks afterwards.
    Raises StartupError.
    """
    from gpt2_service.store.migrate import migrate

    migrate(settings.database)


def prepare_model(settings: Settings) -> Model:
    """Load the model, which the workers share.

    Leaves no thread behind, for the process forks afterwards. Raises StartupError.
    """
    with ThreadPoolExecutor(1, "loading") as pool:
        model = pool.submit(load_model, settings)
        # Loading needs little of Python: the application's modules are imported beside it.
        import_module("gpt2_service.app")
        return model.result()


def _check_database_folder(settings: Settings) -> None:
    if not isinstance(settings.database, Path):
        return
    folder = settings.database.absolute().parent
    if not folder.is_dir():
        rule = f"is in the folder {str(folder)!r}, which does not exist"
    elif not os.access(folder, os.W_OK | os.X_OK):
        rule = f"is in the folder {str(folder)!r}, where this user may not write"
    else:
        return
    raise SettingError("DATABASE_URL", f"sqlite:///{settings.database}", rule)


def _warn_if_open(settings: Settings) -> None:
    if settings.api_keys or settings.host in LOOPBACK:
        return
    log.warning(
        "API_KEYS is empty: whoever can reach this service can read every prompt and text",
        extra={"fields": {"host": settings.host, "port": settings.port}},
    )


def _exit(error: StartupError) -> NoReturn:
    print(f"gpt2-service: {error}", file=sys.stderr, flush=True)
    sys.exit(error.exit_code)
