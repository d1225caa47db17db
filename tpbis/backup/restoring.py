"""Look into a backup, and put it back. What is damaged is refused before anything is touched."""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from tpbis.accounts import audit
from tpbis.accounts.services import begin_anew
from tpbis.backup import archive, databases
from tpbis.backup.archive import DATABASE, Manifest
from tpbis.backup.making import stores
from tpbis.backup.sealing import Unusable, identity_in, opened

_ROOM = 64 * 1024 * 1024  # bytes that must stay free


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    files: int  # that were written; others were there already
    mails: int  # that waited then and may have gone out since


def verify(path: Path, key: Path) -> Manifest:
    """Read the whole backup, compare every byte with its manifest and look into its database.

    Raises ``Unusable``. The live portal is not touched; the disk needs room for the content once.
    """
    with _unpacked(path, key) as (manifest, _folder):
        return manifest


def restore(path: Path, key: Path) -> Restored:
    """Make the portal what it was when the backup was made.

    All is verified first. Then the files are added, which changes nothing that is live: no name is
    used twice. Then the database is replaced in one transaction. Killed at any point, the portal is
    either as it was or as the backup has it. Afterwards nobody is signed in any more, and mails
    that waited then are not sent: they may have been since.

    Raises ``Unusable``; then the live data are as they were.
    """
    with _unpacked(path, key) as (manifest, folder):
        written = sum(_add(root, folder / store) for store, root in stores())
        databases.put_back(folder / DATABASE)
    connection.close()
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        mails = begin_anew()
        audit.record("backup.restore", by=None, changes={"made_at": [None, manifest.made_at]})
    cache.clear()
    return Restored(manifest, written, mails)


@contextmanager
def _unpacked(path: Path, key: Path) -> Iterator[tuple[Manifest, Path]]:
    """The verified content of a backup in a folder beside the live files."""
    identity = identity_in(key)
    root = Path(settings.VAR_DIR)
    root.mkdir(parents=True, exist_ok=True)
    try:
        source = path.open("rb")
    except OSError as error:
        raise Unusable(
            _("Cadangan %(path)s tidak bisa dibaca: %(reason)s.")
            % {"path": path, "reason": error.strerror}
        ) from error
    with source, tempfile.TemporaryDirectory(prefix="restore-", dir=root) as name:
        folder = Path(name)
        _need_room(root, path.stat().st_size)
        try:
            with opened(source, identity) as content:
                manifest = archive.read(content, lambda member, data: _write(folder, member, data))
        except Unusable:
            raise
        except (OSError, ValueError, TypeError, KeyError, EOFError) as error:
            raise Unusable(_("Cadangan ini tidak bisa dibuka: %s.") % error) from error
        _need_fit(manifest)
        databases.check(folder / DATABASE)
        yield manifest, folder


def _write(folder: Path, member: str, data: io.RawIOBase) -> None:
    target = folder / member
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(data, file, 1024 * 1024)


def _need_room(root: Path, size: int) -> None:
    """For the content once as it is unpacked and once more where it is to stay."""
    free = shutil.disk_usage(root).free
    if free < 2 * size + _ROOM:
        raise Unusable(
            _("Ruang di %(folder)s kurang: perlu %(need)d MB, ada %(free)d MB.")
            % {"folder": root, "need": (2 * size + _ROOM) // 10**6 + 1, "free": free // 10**6}
        )


def _need_fit(manifest: Manifest) -> None:
    if manifest.engine != databases.engine():
        raise Unusable(
            _("Cadangan ini dari %(theirs)s, portal ini memakai %(ours)s.")
            % {"theirs": manifest.engine, "ours": databases.engine()}
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    squashed_or_gone = set(manifest.migrations) - known
    if squashed_or_gone:
        raise Unusable(
            _("Cadangan ini dari portal yang lebih baru (%(name)s): perbarui portal dulu.")
            % {"name": min(squashed_or_gone)}
        )


def _add(root: Path, staged: Path) -> int:
    """Put each staged file where it belongs, in place of one that is not the same."""
    if not staged.is_dir():
        return 0
    written = 0
    for name, source in archive.files_below(staged):
        target = root / name
        if target.exists() and _same(source, target):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.new")
        try:
            shutil.copyfile(source, draft)
            draft.chmod(settings.FILE_UPLOAD_PERMISSIONS)
            draft.replace(target)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise Unusable(
                _("Berkas %(path)s tidak bisa ditulis: %(reason)s.")
                % {"path": target, "reason": error.strerror}
            ) from error
        written += 1
    if written:
        os.sync()
    return written


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while piece := left.read(1024 * 1024):
            if piece != right.read(1024 * 1024):
                return False
    return True
