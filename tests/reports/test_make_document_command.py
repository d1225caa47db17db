"""`manage.py make_document`: a file, or one clear line and exit code 2."""

import pytest
from django.core.management import call_command

from reports import services
from reports.documents import printing
from tests import factories

pytestmark = pytest.mark.django_db

ASKED = {
    "--region": "35.08",
    "--from": "2024-01",
    "--to": "2024-03",
}


def make(out, *, kind: str = "progress", **changed: str) -> None:
    asked = {**ASKED, "--out": str(out), **{f"--{name}": v for name, v in changed.items()}}
    call_command("make_document", kind, *(part for pair in asked.items() for part in pair))


def test_document_is_written(library, tmp_path, shared_press, capsys):
    out = tmp_path / "laporan.pdf"

    make(out)

    assert out.read_bytes().startswith(b"%PDF-")
    assert "halaman" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["laporan.pdf"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"region": "35.99"}, "Kode wilayah “35.99” tidak dikenal."),
        ({"from": "2024-04"}, "Bulan awal (April 2024) sesudah bulan akhir (Maret 2024)."),
        ({"from": "2024-13"}, "Bulan “2024-13” tidak dikenal."),
        ({"to": "2999-01"}, "Bulan Januari 2999 belum tiba."),
        ({"from": "2001-01"}, "sebelum program dimulai"),
        ({"kind": "receipt"}, "Jenis dokumen “receipt” tidak dikenal."),
        ({"out": "/tidak/ada/laporan.pdf"}, "tidak dapat ditulis"),
        ({"out": "/"}, "tidak dapat ditulis"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(lumajang, tmp_path, capsys, changed, said):
    out = tmp_path / "laporan.pdf"

    with pytest.raises(SystemExit) as left:
        make(changed.pop("out", out), **changed)

    assert left.value.code == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_districts_have_no_documents(tmp_path, capsys):
    factories.region("35.08.21")

    with pytest.raises(SystemExit) as left:
        make(tmp_path / "laporan.pdf", region="35.08.21")

    assert left.value.code == 2
    assert "provinsi atau kabupaten/kota" in capsys.readouterr().err


def test_file_that_may_not_be_overwritten_is_said_before_the_work(
    lumajang, tmp_path, capsys, monkeypatch
):
    out = tmp_path / "laporan.pdf"
    out.write_bytes(b"lama")
    monkeypatch.setattr("os.access", lambda path, _mode: path != out)
    monkeypatch.setattr(services, "make", lambda **_: pytest.fail("began to work"))

    with pytest.raises(SystemExit):
        make(out)

    assert "tidak dapat ditimpa" in capsys.readouterr().err


def test_disk_that_fills_up_leaves_the_old_file(lumajang, tmp_path, capsys, monkeypatch):
    out = tmp_path / "laporan.pdf"
    out.write_bytes(b"lama")
    monkeypatch.setattr(services, "make", lambda **_: printing.Printed(b"%PDF", 1))

    def full(self, _content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)

    with pytest.raises(SystemExit) as left:
        make(out)

    assert left.value.code == 2
    assert out.read_bytes() == b"lama"


def test_press_that_breaks_is_said(lumajang, tmp_path, capsys, monkeypatch):
    def broken(**_):
        raise services.NotMade("Bagian “Ringkasan” tidak jadi.")

    monkeypatch.setattr(services, "make", broken)

    with pytest.raises(SystemExit) as left:
        make(tmp_path / "laporan.pdf")

    assert left.value.code == 2
    assert "Ringkasan" in capsys.readouterr().err
