"""Sealed files: age (age-encryption.org), which anybody can open with the key and without a portal.

The portal knows only the public half of the key; whoever breaks into it cannot read the backups.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import pyrage
from django.utils.translation import gettext as _


class Unusable(Exception):
    """A key, a file or a folder cannot be used; the text says which, why, and what to do."""


def new_key() -> tuple[str, str]:
    """The secret half, and the public half that belongs into ``TPBIS_BACKUP_RECIPIENT``."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient_of(text: str) -> pyrage.x25519.Recipient:
    if not text:
        raise Unusable(
            _(
                "TPBIS_BACKUP_RECIPIENT belum diisi: buat kunci dengan `manage.py backup_key` dan "
                "isi dengan baris yang dicetaknya."
            )
        )
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise Unusable(_("TPBIS_BACKUP_RECIPIENT bukan kunci publik age (age1…).")) from error


def identity_in(path: Path) -> pyrage.x25519.Identity:
    """The secret half in the file that ``backup_key`` wrote; other lines of it are comments."""
    try:
        lines = path.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(_("Berkas kunci %(path)s tidak bisa dibaca.") % {"path": path}) from error
    for line in lines:
        if line.startswith("AGE-SECRET-KEY-"):
            with suppress(pyrage.IdentityError):
                return pyrage.x25519.Identity.from_str(line)
    raise Unusable(_("Tidak ada kunci rahasia age di berkas %(path)s.") % {"path": path})


@contextmanager
def sealed(target: BinaryIO, recipient: pyrage.x25519.Recipient) -> Iterator[BinaryIO]:
    """What is written into the file it gives ends up sealed in ``target``, a piece at a time."""
    end_read, end_write = os.pipe()

    def seal() -> None:
        with open(end_read, "rb") as source:  # closed in any case, else the writer waits for ever
            pyrage.encrypt_io(source, target, [recipient])

    with _beside(seal) as failed, open(end_write, "wb") as writer:
        try:
            yield writer
        except BrokenPipeError as error:
            raise failed() or error from error


@contextmanager
def opened(source: BinaryIO, identity: pyrage.x25519.Identity) -> Iterator[BinaryIO]:
    """The content of the sealed ``source``, to be read once from the front.

    Raises ``Unusable`` when the key is another or a single bit is not as it was written. What was
    read before that comes from the backup, but is not the whole of it.
    """
    end_read, end_write = os.pipe()

    def open_it() -> None:
        with suppress(BrokenPipeError), open(end_write, "wb") as target:  # nobody reads on
            try:
                pyrage.decrypt_io(source, target, [identity])
            except pyrage.DecryptError as error:
                raise Unusable(_not_opened(str(error))) from error
            except OSError as error:
                if isinstance(error, BrokenPipeError) or error.errno:
                    raise
                raise Unusable(_not_opened(str(error))) from error

    with _beside(open_it) as failed, open(end_read, "rb") as reader:
        try:
            yield reader
        except Unusable:
            reader.close()
            raise
        except Exception as error:  # most often because the content ended too early
            reader.close()
            raise failed() or error from error


def _not_opened(reason: str) -> str:
    if "No matching keys" in reason:
        return _("Kunci ini bukan kunci cadangan itu.")
    return _("Berkas ini rusak, terpotong, atau bukan cadangan portal.")


@contextmanager
def _beside(work: Callable[[], None]) -> Iterator[Callable[[], Exception | None]]:
    """``work`` in a thread of its own; gives what waits for it and tells what it raised."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:
            raised.append(error)

    thread = Thread(target=run, name="sealing")
    thread.start()

    def ended() -> Exception | None:
        thread.join()
        return raised[0] if raised else None

    try:
        yield ended
    finally:
        thread.join()
    if raised:
        raise raised[0]
