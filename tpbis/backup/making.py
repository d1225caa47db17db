"""Make a backup: one sealed file that is there whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from tpbis.backup import databases
from tpbis.backup.archive import DATABASE, Manifest, Writer, files_below
from tpbis.backup.sealing import Unusable, recipient_of, sealed

PREFIX, SUFFIX = "tpbis-", ".tar.age"
_STAMP = "%Y%m%dT%H%M%SZ"
# Names of settings whose values open something.
_SECRET = ("SECRET", "KEY", "PASSWORD", "TOKEN", "URL", "DSN", "RECIPIENT")


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    size: int  # bytes of the sealed file
    files: int
    missing: int  # that went away while it was made


def stores() -> Iterator[tuple[str, Path]]:
    """The folders of what people sent in and the portal made, by their name in a backup."""
    for alias in settings.STORAGES:
        store = storages[alias] if alias != "staticfiles" else None
        if isinstance(store, FileSystemStorage):
            yield ("media" if alias == "default" else alias), Path(store.location)


def make(folder: Path) -> Made:
    """A new backup in ``folder``.

    The database is copied first: whatever file it names was written before, and no file is ever
    written over. Raises ``Unusable``; then there is no new file.
    """
    recipient = recipient_of(settings.TPBIS_BACKUP_RECIPIENT)
    now = timezone.now()
    path = folder / f"{PREFIX}{now.astimezone(UTC):{_STAMP}}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(prefix=".tpbis-", dir=folder) as staging:
            copy, draft = Path(staging) / "copy", Path(staging) / "sealed"
            databases.copy_to(copy)
            _need_room(folder, copy.stat().st_size)
            with draft.open("wb") as target:
                with sealed(target, recipient) as plain:
                    writer = Writer(plain)
                    missing = _add_all(writer, copy)
                    writer.close(_manifest(now, writer))
                target.flush()
                os.fsync(target.fileno())
            draft.chmod(0o600)
            draft.replace(path)
    except OSError as error:
        raise Unusable(
            _("Cadangan tidak bisa ditulis ke %(folder)s: %(reason)s.")
            % {"folder": folder, "reason": error.strerror or error}
        ) from error
    return Made(path, path.stat().st_size, len(writer.files), missing)


def made_at(path: Path) -> datetime | None:
    """When a file of this name was made; ``None`` for other files."""
    name = path.name
    if not (name.startswith(PREFIX) and name.endswith(SUFFIX)):
        return None
    try:
        stamp = name[len(PREFIX) : -len(SUFFIX)]
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _add_all(writer: Writer, copy: Path) -> int:
    writer.add(DATABASE, copy)
    missing = 0
    for store, root in stores():
        for name, path in files_below(root) if root.is_dir() else ():
            missing += not writer.add(f"{store}/{name}", path)
    return missing


def _need_room(folder: Path, database: int) -> None:
    held = sum(
        path.stat().st_size
        for _store, root in stores()
        if root.is_dir()
        for _name, path in files_below(root)
    )
    free = shutil.disk_usage(folder).free
    if free < held + database:
        raise Unusable(
            _("Ruang di %(folder)s kurang: perlu %(need)d MB, ada %(free)d MB.")
            % {"folder": folder, "need": (held + database) // 10**6 + 1, "free": free // 10**6}
        )


def _manifest(now: datetime, writer: Writer) -> Manifest:
    applied = MigrationRecorder(connection).applied_migrations()
    return Manifest(
        made_at=now.astimezone(UTC).isoformat(),
        engine=databases.engine(),
        migrations=sorted(f"{app}.{name}" for app, name in applied),
        settings={
            name: value
            for name, value in sorted(os.environ.items())
            if name.startswith("TPBIS_") and not any(part in name for part in _SECRET)
        },
        files=writer.files,
    )
