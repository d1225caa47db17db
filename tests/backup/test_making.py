"""One sealed file with everything in it, or none."""

import errno
import json
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from tpbis.backup import archive, databases, making, sealing
from tpbis.backup.sealing import Unusable


def test_a_backup_holds_the_database_and_every_file(made, key: Path):
    with (
        made.path.open("rb") as source,
        sealing.opened(source, sealing.identity_in(key)) as plain,
        tarfile.open(fileobj=plain, mode="r|") as tar,
    ):
        names = [member.name for member in tar]

    assert names == [
        "database",
        "media/foto/a.jpg",
        "media/foto/b.jpg",
        "documents/laporan.pdf",
        "manifest.json",
    ]
    assert (made.files, made.missing) == (4, 0)
    assert made.path.stat().st_mode & 0o077 == 0
    assert list(made.path.parent.iterdir()) == [made.path]


def test_nothing_in_it_can_be_read_without_the_key(made):
    assert b"foto" not in made.path.read_bytes()


def test_the_manifest_tells_no_secret(monkeypatch, key: Path, files: Path, db, tmp_path: Path):
    monkeypatch.setenv("TPBIS_PROVINCE", "35")
    monkeypatch.setenv("TPBIS_SMS_TOKEN", "rahasia-sekali")
    path = making.make(tmp_path).path

    with path.open("rb") as source, sealing.opened(source, sealing.identity_in(key)) as plain:
        manifest = archive.read(plain, lambda _name, _data: None)

    assert manifest.settings["TPBIS_PROVINCE"] == "35"
    assert "rahasia-sekali" not in json.dumps(manifest.settings)
    assert manifest.engine == databases.engine()
    assert "accounts.0001_initial" in manifest.migrations


def test_a_file_that_goes_away_meanwhile_is_counted(key, files: Path, db, tmp_path, monkeypatch):
    def listed(folder: Path):
        yield from archive.files_below(folder)
        yield "tadi.jpg", folder / "tadi.jpg"

    monkeypatch.setattr(making, "_need_room", lambda *_: None)
    monkeypatch.setattr(making, "files_below", listed)

    assert making.make(tmp_path).missing == 2  # of each folder one


@pytest.mark.parametrize("recipient", ["", "age1bukan", "AGE-SECRET-KEY-1"])
def test_without_a_key_there_is_none(settings, files, db, tmp_path: Path, recipient: str):
    settings.TPBIS_BACKUP_RECIPIENT = recipient

    with pytest.raises(Unusable, match="TPBIS_BACKUP_RECIPIENT"):
        making.make(tmp_path / "cadangan")
    assert not (tmp_path / "cadangan").exists()


def test_a_full_disk_leaves_no_half_backup(key, files, db, tmp_path: Path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)

    with pytest.raises(Unusable, match="Ruang"):
        making.make(tmp_path / "cadangan")
    assert list((tmp_path / "cadangan").iterdir()) == []


def test_a_disk_that_fills_up_meanwhile_leaves_none(key, files, db, tmp_path: Path, monkeypatch):
    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(making.os, "fsync", full)

    with pytest.raises(Unusable, match="No space left"):
        making.make(tmp_path / "cadangan")
    assert list((tmp_path / "cadangan").iterdir()) == []


def test_a_folder_that_is_a_file_is_named(key, files, db, tmp_path: Path):
    (tmp_path / "cadangan").write_text("")

    with pytest.raises(Unusable, match="cadangan"):
        making.make(tmp_path / "cadangan")
