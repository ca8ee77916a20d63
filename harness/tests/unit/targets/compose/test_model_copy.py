"""A model that only its owner may read is copied for the container's user."""

from pathlib import Path

import pytest

from boxproof.targets.compose import model_copy


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model folder that anybody can read."""
    folder = tmp_path / "gpt2"
    (folder / "sub").mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "sub" / "weights").write_text("w")
    for each in (folder, folder / "sub"):
        each.chmod(0o755)
    for each in (folder / "config.json", folder / "sub" / "weights"):
        each.chmod(0o644)
    return folder


def test_open_folder_is_used_as_it_is(model: Path) -> None:
    """Nothing is copied where everybody may read, whatever the way to the folder is."""
    model.parent.chmod(0o700)
    assert model_copy.readable(model)


@pytest.mark.parametrize(
    ("place", "mode"),
    [("", 0o700), ("sub", 0o700), ("sub", 0o744), ("config.json", 0o600), ("sub/weights", 0o640)],
)
def test_closed_folder_is_copied(model: Path, tmp_path: Path, place: str, mode: int) -> None:
    """One closed file or folder is enough; in the copy all is open, the original is unchanged."""
    (model / place).chmod(mode)
    assert not model_copy.readable(model)
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    copy = model_copy.stage(model, run)
    assert model_copy.readable(copy)
    assert (copy / "sub" / "weights").read_text() == "w"
    assert (model / place).stat().st_mode & 0o777 == mode


def test_links_are_followed(model: Path, tmp_path: Path) -> None:
    """A hub cache holds links into a folder that is not mounted: the copy holds the files."""
    blob = tmp_path / "blob"
    blob.write_text("b")
    (model / "link").symlink_to(blob)
    (model / "nowhere").symlink_to(tmp_path / "gone")
    blob.chmod(0o600)
    assert not model_copy.readable(model)
    run = tmp_path / "run"
    run.mkdir()
    copy = model_copy.stage(model, run)
    assert (copy / "link").read_text() == "b"
    assert not (copy / "link").is_symlink()


def test_single_file(model: Path, tmp_path: Path) -> None:
    """A model may be one file."""
    (model / "config.json").chmod(0o600)
    run = tmp_path / "run"
    run.mkdir()
    assert model_copy.stage(model / "config.json", run).stat().st_mode & 0o777 == 0o644
