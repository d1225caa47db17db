"""What is damaged, of another key or of another portal is refused, and nothing live is touched."""

import json
import random
import shutil
from pathlib import Path

import pytest

from tpbis.backup import archive, databases, restoring, sealing
from tpbis.backup.making import Made
from tpbis.backup.sealing import Unusable
from tpbis.core.commands import Refused


@pytest.fixture
def untouched(monkeypatch, files: Path):
    """Nothing is put back, and the files are as they were."""

    def refuse(*_arguments) -> None:
        raise AssertionError("the live data were touched")

    monkeypatch.setattr(databases, "put_back", refuse)
    monkeypatch.setattr(restoring, "_add", refuse)
    before = {path: path.read_bytes() for path in files.rglob("*") if path.is_file()}
    yield
    assert before == {path: path.read_bytes() for path in files.rglob("*") if path.is_file()}


def test_a_whole_backup_is_found_whole(made: Made, key: Path):
    manifest = restoring.verify(made.path, key)

    assert [one.name for one in manifest.files][1:] == [
        "media/foto/a.jpg",
        "media/foto/b.jpg",
        "documents/laporan.pdf",
    ]
    assert manifest.size > 3 * 9_000


def test_twenty_truncations_are_refused(made: Made, key: Path, untouched, tmp_path: Path):
    whole = made.path.read_bytes()
    chosen = random.Random(20)
    lengths = [0, 1, 100, len(whole) - 1, *(chosen.randrange(len(whole)) for _ in range(16))]

    for length in lengths:
        short = tmp_path / "pendek.tar.age"
        short.write_bytes(whole[:length])
        with pytest.raises(Unusable):
            restoring.restore(short, key)


def test_twenty_bit_flips_are_refused(made: Made, key: Path, untouched, tmp_path: Path):
    whole = made.path.read_bytes()
    chosen = random.Random(21)

    for place in [0, len(whole) - 1, *(chosen.randrange(len(whole)) for _ in range(18))]:
        bent = bytearray(whole)
        bent[place] ^= 1 << chosen.randrange(8)
        path = tmp_path / "bengkok.tar.age"
        path.write_bytes(bent)
        with pytest.raises(Unusable):
            restoring.restore(path, key)


def test_what_was_added_at_its_end_is_refused(made: Made, key: Path, untouched):
    with made.path.open("ab") as file:
        file.write(b"lagi")

    with pytest.raises(Unusable):
        restoring.restore(made.path, key)


def test_another_key_is_refused_by_name(made: Made, untouched, tmp_path: Path):
    other = tmp_path / "lain.txt"
    other.write_text(sealing.new_key()[0])

    with pytest.raises(Unusable, match="bukan kunci cadangan"):
        restoring.restore(made.path, other)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 foto", b"age1publik\n", b"\xff\xfe"])
def test_a_file_that_holds_no_key_is_named(made: Made, untouched, tmp_path: Path, content: bytes):
    path = tmp_path / "lain.txt"
    path.write_bytes(content)

    with pytest.raises(Unusable, match=r"lain\.txt"):
        restoring.restore(made.path, path)


def test_a_file_that_is_not_there_is_named(key: Path, files, untouched, tmp_path: Path):
    with pytest.raises(Unusable, match="tidak-ada"):
        restoring.restore(tmp_path / "tidak-ada.tar.age", key)


def test_one_of_a_newer_portal_is_refused(made: Made, key: Path, untouched, rewritten):
    path = rewritten(migrations=["libraries.9999_later"])

    with pytest.raises(Unusable, match="lebih baru"):
        restoring.restore(path, key)


def test_one_of_a_later_form_is_refused(made: Made, key: Path, untouched, rewritten):
    with pytest.raises(Unusable, match="perbarui portal"):
        restoring.restore(rewritten(format=2), key)


def test_one_of_another_database_is_refused(made: Made, key: Path, untouched, rewritten):
    with pytest.raises(Unusable, match="memakai"):
        restoring.restore(rewritten(engine="oracle"), key)


def test_one_whose_list_is_not_its_content_is_refused(made, key: Path, untouched, rewritten):
    with pytest.raises(Unusable, match="daftarnya"):
        restoring.restore(rewritten(files=[]), key)


@pytest.mark.parametrize("name", ["../luar.txt", "/luar.txt", "media/../../luar.txt"])
def test_no_member_leaves_its_folder(made, key, untouched, settings, tmp_path: Path, name: str):
    path, source = tmp_path / "jahat.tar.age", tmp_path / "isi"
    source.write_text("x")
    recipient = sealing.recipient_of(settings.TPBIS_BACKUP_RECIPIENT)
    with path.open("wb") as target, sealing.sealed(target, recipient) as plain:
        writer = archive.Writer(plain)
        writer.add(name, source)
        writer.close(archive.Manifest("2026-11-23", databases.engine(), [], {}, writer.files))

    with pytest.raises(Unusable, match="tidak dikenal"):
        restoring.restore(path, key)
    assert not list(tmp_path.rglob("luar.txt"))


def test_without_room_it_is_not_begun(made: Made, key: Path, untouched, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)

    with pytest.raises(Unusable, match="Ruang"):
        restoring.restore(made.path, key)


def test_restoring_needs_a_yes(made: Made, key: Path, untouched):
    from tpbis.backup.management.commands.restore import Command

    with pytest.raises(Refused, match="--yes"):
        Command().handle(backup=made.path, key=key, yes=False)


@pytest.fixture
def rewritten(made: Made, key: Path, settings, tmp_path: Path, monkeypatch):
    """The same backup with another word in its manifest, sealed well."""

    def rewrite(**changes) -> Path:
        path = tmp_path / "lain.tar.age"
        recipient = sealing.recipient_of(settings.TPBIS_BACKUP_RECIPIENT)
        held = tmp_path / "held"

        def keep(name: str, data) -> None:
            target = held / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"".join(iter(lambda: data.read(65_536), b"")))

        with (
            made.path.open("rb") as source,
            sealing.opened(source, sealing.identity_in(key)) as plain,
        ):
            manifest = archive.read(plain, keep)
        said = json.loads(json.dumps({**archive.asdict(manifest), **changes}))
        with path.open("wb") as target, sealing.sealed(target, recipient) as plain:
            writer = archive.Writer(plain)
            for one in manifest.files:
                writer.add(one.name, held / one.name)
            monkeypatch.setattr(archive, "asdict", lambda _manifest: said)
            writer.close(manifest)
        return path

    return rewrite
