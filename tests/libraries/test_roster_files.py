"""Files that cannot be used, through the form: each is told what to do instead, and nothing of it
stays. How they are recognised is tested in tests/core/test_spreadsheets.py."""

import io
import logging
import zipfile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from libraries.forms import rosters as forms
from libraries.models import RosterImport
from tests import factories

pytestmark = pytest.mark.django_db

HEAD = "Nama Perpustakaan,Kode Desa,Sumber Program,Tahun Bergabung"
ROW = "Perpustakaan Desa “Mbah Koneng”,35.08.21.2004,Mandiri,2023"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"


def workbook(**members: bytes | str) -> bytes:
    """A sound workbook with members added or replaced."""
    book = Workbook()
    book.active.append(HEAD.split(","))
    book.active.append(ROW.split(","))
    plain = io.BytesIO()
    book.save(plain)
    buffer = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(buffer, "w", 8) as target:
        for name in source.namelist():
            if name not in members:
                target.writestr(name, source.read(name))
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def sheet(body: str, head: str = "") -> str:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{head}<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'


def cell(place: str, text: str) -> str:
    return f'<row><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def bomb() -> bytes:
    return workbook(**{SHEET: sheet("<!--" + " " * (61 * 1024 * 1024) + "-->")})


def entities() -> bytes:
    laughs = '<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">'
    head = f'<?xml version="1.0"?><!DOCTYPE x [{laughs}]>'
    return workbook(**{SHEET: sheet(cell("A1", "&b;"), head)})


HOSTILE = {
    "bomb": (bomb, "terlalu besar bila dibuka"),
    "300 members": (
        lambda: workbook(**{f"xl/media/{n}.xml": "" for n in range(300)}),
        "terlalu besar bila dibuka",
    ),
    "entities": (entities, "rusak atau tidak wajar"),
    "macros": (lambda: workbook(**{"xl/vbaProject.bin": b"x"}), "Berkas berisi makro."),
}
UNUSABLE = {
    "nothing": (b"", "Berkas kosong."),
    "spaces": (b" \r\n ", "Berkas kosong."),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "dikunci kata sandi"),
    "old Excel, renamed": (OLE + b"\0" * 99, "Excel lama (.xls)"),
    "cut off": (workbook()[:900], "terpotong atau rusak"),
    "a picture": (b"GIF89a" + bytes(range(256)), "Huruf di dalam berkas tidak terbaca"),
    "a page": (b"<!DOCTYPE html><p>daftar", "halaman web"),
    "a PDF": (b"%PDF-1.7 daftar", "bukan tabel"),
    "far away": (
        workbook(**{SHEET: sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}),
        "Tabel terlalu besar",
    ),
    "quotes": (b'Nama,Kode\n"Mawar,35\n', "tanda kutip tidak berpasangan"),
    "a cell of 1 MB": (f"Nama,Kode\n{'a' * 1024 * 1024},35\n".encode(), "terlalu panjang"),
    "one row": (HEAD.encode(), "tidak ada baris data"),
}


@pytest.fixture
def send(client, pic, tmp_path):
    factories.region("35.08.21.2004")
    client.force_login(pic)

    def post(content: bytes, name: str = "daftar.xlsx"):
        upload = SimpleUploadedFile(name, content)
        return client.post(reverse("libraries:rosters"), {"berkas": upload})

    return post


def shelved() -> set[str]:
    return {path.name for path in settings.ROSTERS_ROOT.glob("*")}


def warnings(caplog) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name == "tpbis.security"]


def refusal(answer) -> str:
    assert answer.status_code == 422
    assert not RosterImport.objects.exists()
    (error,) = answer.context["form"].errors["berkas"]
    assert "Berkas daftar: " in answer.content.decode()  # in the summary on top, too
    return error


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_and_logged(send, caplog, kind):
    make, said = HOSTILE[kind]
    before = shelved()

    with caplog.at_level(logging.WARNING, logger="tpbis.security"):
        answer = send(make())

    assert said in refusal(answer)
    assert len(warnings(caplog)) == 1
    assert shelved() == before


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_file_that_is_no_table_is_refused_at_its_field(send, caplog, kind):
    content, said = UNUSABLE[kind]
    before = shelved()

    answer = send(content)

    assert said in refusal(answer)
    assert warnings(caplog) == []
    assert shelved() == before


def test_no_file_at_all_is_asked_for(client, send):
    answer = client.post(reverse("libraries:rosters"), {})

    assert refusal(answer) == "Pilih berkasnya."


def test_too_many_rows_are_refused(send, monkeypatch):
    monkeypatch.setattr(forms, "MOST_ROWS", 2)

    answer = send(f"{HEAD}\n{ROW}\n{ROW}\n".encode())

    assert "paling banyak 2 baris" in refusal(answer)


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD}\n{ROW}\n".encode("cp1252"),
        f"{HEAD}\n{ROW}\n".encode("utf-16"),
        f"{HEAD}\n{ROW}\n".encode("utf-16-le"),
        f"{HEAD}\n{ROW}\n".encode("utf-8-sig"),
        f"{HEAD}\n{ROW}\n".replace(",", ";").encode(),
        f"sep=;\n{HEAD}\n{ROW}\n".replace(",", ";").encode(),
        workbook(),
    ],
    ids=["Windows-1252", "UTF-16", "UTF-16 unmarked", "UTF-8 BOM", "semicolons", "sep", "XLSX"],
)
def test_what_excel_writes_is_read(client, send, content):
    answer = send(content)

    page = client.get(answer.url)
    guesses = page.context["form"].guesses
    assert [one.field for one in guesses] == ["name", "code", "source", "joined_on"]
    assert guesses[0].samples == ("Perpustakaan Desa “Mbah Koneng”",)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a" * 300 + ".csv", "x\u202efdp.csv", "a\r\nb"]
)
def test_any_file_name_will_do(send, name):
    answer = send(f"{HEAD}\n{ROW}\n".encode(), name=name)

    assert answer.status_code == 302
    roster = RosterImport.objects.get()
    assert len(roster.file_name) <= 255
    assert not set(roster.file_name) & {"/", "\n", "\r", "\u202e"}
    assert roster.stored_as.endswith(".json")
