import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tpbis.backup import databases, making, sealing


@pytest.fixture
def key(tmp_path: Path, settings) -> Path:
    """The secret half in a file; the portal knows the public one."""
    secret, settings.TPBIS_BACKUP_RECIPIENT = sealing.new_key()
    path = tmp_path / "kunci.txt"
    path.write_text(f"# kunci cadangan\n{secret}\n")
    return path


@pytest.fixture
def files(tmp_path: Path, settings) -> Path:
    """A portal with two photos and a paper, in folders of its own."""
    settings.VAR_DIR = tmp_path / "var"
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": settings.VAR_DIR / "media"},
        },
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": settings.VAR_DIR / "documents"},
        },
        "staticfiles": settings.STORAGES["staticfiles"],
    }
    for name in ("media/foto/a.jpg", "media/foto/b.jpg", "documents/laporan.pdf"):
        path = settings.VAR_DIR / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 9_000)
    (settings.VAR_DIR / "media" / ".writable").touch()
    return settings.VAR_DIR


@pytest.fixture(autouse=True)
def a_small_database(monkeypatch) -> None:
    """A test's own transaction would wait for itself: SQLite copies nothing that is being written.
    The whole way is tried with the demo's data (``tests/demo/test_seeded_backup.py``)."""

    def copy_to(path: Path) -> None:
        with closing(sqlite3.connect(path)) as target:
            target.execute("CREATE TABLE libraries_library (id INTEGER PRIMARY KEY)")

    if databases.engine() == "sqlite":
        monkeypatch.setattr(databases, "copy_to", copy_to)


@pytest.fixture
def made(db, key: Path, files: Path, tmp_path: Path) -> making.Made:
    return making.make(tmp_path / "cadangan")
