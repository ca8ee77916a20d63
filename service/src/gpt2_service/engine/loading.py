"""Which model the settings ask for."""

import logging
import os
import time
from importlib import import_module

from gpt2_service.engine.checkpoint import check_folder
from gpt2_service.engine.interfaces import Model
from gpt2_service.engine.scripted import ScriptedModel
from gpt2_service.settings import Settings

log = logging.getLogger(__name__)


def check_model(settings: Settings) -> None:
    """Check what can be checked in milliseconds; raises SettingError."""
    if settings.engine == "transformers" and not settings.model_name:
        check_folder(settings.model_path)


def import_engine(settings: Settings) -> None:
    """Import what the model needs: torch and transformers take seconds.

    No other thread gets much done in them, so whoever has more to do begins it afterwards.
    """
    if settings.engine == "scripted":
        return
    # Both are read at import. Tokenizers' own thread pool would not survive the fork, and a
    # progress bar is not a JSON line.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    import_module("gpt2_service.engine.packed")
    log.info("engine imported")


def load_model(settings: Settings) -> Model:
    """Load the model; raises StartupError when that fails."""
    started = time.perf_counter()
    model = _load(settings)
    fields = {
        "model": model.name,
        "model_class": model.kind,
        "duration_ms": round((time.perf_counter() - started) * 1000, 3),
    }
    log.info("model loaded", extra={"fields": fields})
    return model


def _load(settings: Settings) -> Model:
    if settings.engine == "scripted":
        return ScriptedModel(settings.scripted_seconds_per_token)
    # Not at the top: see `import_engine`.
    from gpt2_service.engine.packed import load_packed

    return load_packed(
        settings.model_name or settings.model_path,
        settings.precision,
        settings.max_batch,
        settings.threads,
        settings.model_revision,
    )
