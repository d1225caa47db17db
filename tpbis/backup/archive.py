"""What is in a backup: a tar of the database, the files and, as its last member, the manifest that
says how long each is and its SHA-256."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from django.utils.translation import gettext as _

from tpbis.backup.sealing import Unusable

FORMAT = 1
DATABASE = "database"
MANIFEST = "manifest.json"
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Held:
    """One member: its name in the archive, bytes, and SHA-256 as hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: str  # ISO 8601, UTC
    engine: str
    migrations: list[str]  # "app.name", applied when it was made
    settings: dict[str, str]  # without secrets: what the portal was told
    files: list[Held] = field(default_factory=list)
    format: int = FORMAT

    @property
    def size(self) -> int:
        """Bytes of all that is in it."""
        return sum(one.size for one in self.files)


class Writer:
    """Puts members into an archive and keeps what the manifest has to say of them."""

    def __init__(self, target: BinaryIO) -> None:
        self._tar = tarfile.open(  # noqa: SIM115 (closed by `close`, with the manifest)
            fileobj=target, mode="w|", format=tarfile.PAX_FORMAT
        )
        self.files: list[Held] = []

    def add(self, name: str, path: Path) -> bool:
        """Whether it was still there: files that expired a moment ago are nobody's any more."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return False
        with source:
            counted = _Counted(source)
            info = tarfile.TarInfo(name)
            info.size = path.stat().st_size
            self._tar.addfile(info, counted)
        self.files.append(Held(name, info.size, counted.sha256()))
        return True

    def close(self, manifest: Manifest) -> None:
        content = json.dumps(asdict(manifest), ensure_ascii=False).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(content)
        self._tar.addfile(info, io.BytesIO(content))
        self._tar.close()


Taken = Callable[[str, io.RawIOBase], None]


def read(source: BinaryIO, take: Taken) -> Manifest:
    """Hand each member to ``take`` as it passes by, and compare all of them with the manifest.

    Raises ``Unusable``; what ``take`` was handed before is then not to be used.
    """
    found: dict[str, Held] = {}
    said: Any = None
    with tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.isreg() else None
            if stream is None or not _is_plain(member.name) or member.name in found:
                raise Unusable(_("Isi cadangan ini tidak dikenal: %s.") % member.name)
            if member.name == MANIFEST:
                said = json.load(stream)
                continue
            counted = _Counted(stream)
            take(member.name, counted)
            for _rest in iter(lambda: counted.read(_BLOCK), b""):  # noqa: B023 (used up at once)
                pass
            found[member.name] = Held(member.name, member.size, counted.sha256())
    while source.read(_BLOCK):  # the seal's end is checked when it is reached
        pass
    manifest = _manifest(said)
    if found != {one.name: one for one in manifest.files} or DATABASE not in found:
        raise Unusable(_("Isi cadangan ini tidak sama dengan daftarnya."))
    return manifest


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file of a folder with its name in it, in order; hidden ones are only probes."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path.relative_to(folder).as_posix(), path


def _manifest(said: Any) -> Manifest:
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        version = said.get("format") if isinstance(said, dict) else None
        raise Unusable(
            _("Bentuk cadangan %(version)s tidak dikenal portal ini: perbarui portal dulu.")
            % {"version": version}
        )
    return Manifest(**{**said, "files": [Held(**one) for one in said["files"]]})


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


class _Counted(io.RawIOBase):
    """Reads what another does and adds it up."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._sum = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self._sum.update(piece)
        return piece

    def sha256(self) -> str:
        return self._sum.hexdigest()
