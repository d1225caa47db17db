"""The backup of each night."""

import shutil
from pathlib import Path

import pytest

from tpbis.backup.tasks import make_backup


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.TPBIS_BACKUP_DIR = tmp_path / "cadangan"
    return settings.TPBIS_BACKUP_DIR


def test_a_night_makes_one_and_removes_what_is_too_old(db, key, files, folder: Path):
    folder.mkdir()
    old = folder / "tpbis-20200101T040500Z.tar.age"
    old.write_bytes(b"x")

    make_backup()

    (made,) = folder.iterdir()
    assert made != old
    assert made.stat().st_size > 27_000


def test_without_a_key_nothing_is_made(db, settings, files, folder: Path):
    settings.TPBIS_BACKUP_RECIPIENT = ""

    make_backup()

    assert not folder.exists()


def test_a_night_that_fails_removes_nothing_and_says_so(
    db, key, files, folder, monkeypatch, caplog
):
    folder.mkdir()
    old = folder / "tpbis-20200101T040500Z.tar.age"
    old.write_bytes(b"x")
    usage = shutil.disk_usage(folder)._replace(free=1_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)

    make_backup()

    assert list(folder.iterdir()) == [old]
    assert "No backup was made" in caplog.text
