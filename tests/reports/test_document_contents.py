"""A progress report as its maker wanted it: of one library, narrowed, compared, with words of their
own, in the office's outline."""

import io
import re
import subprocess

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from libraries.enums import LibraryKind, ProgrammeSource
from libraries.models import Library, Region
from reports import pdf
from reports.documents import briefs, content, printing
from reports.documents.briefs import Brief, Section
from reports.figures.narrowing import narrowed
from reports.filters import RegionFilter
from tests import factories
from tests.reports.worlds import QUARTER, World, office_of, small_province

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert(1)</script>\n**tebal** &amp; {{ rahasia }}"


@pytest.fixture
def world(library, other_library, librarian, pic, stranger, strange_pic) -> World:
    return small_province(library, other_library, librarian, pic, stranger, strange_pic)


def report(code: str, brief: Brief, libraries=None) -> content.ProgressReport:
    region = brief.library.region if brief.library else Region.objects.get(code=code)
    if libraries is None:
        libraries = Library.objects.within(code)
    return content.progress(region, libraries, QUARTER, as_of=timezone.now(), brief=brief)


def text_of(made: printing.Printed) -> str:
    answer = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=made.content, capture_output=True, check=True
    )
    return " ".join(answer.stdout.decode().split())


def printed(wanted: content.ProgressReport) -> str:
    return text_of(printing.print_progress(wanted, press=pdf.Press(), told=lambda *_: None))


# --- What its maker wrote -------------------------------------------------------------------------


def test_a_pasted_link_stays_on_the_page(shared_press):
    written = {"paragraphs": briefs.paragraphs(f"https://contoh.go.id/{'a' * 300} dan lagi")}
    page = render_to_string("reports/pdf/base.html")
    said = render_to_string("reports/pdf/front/_said.html", written)

    made = shared_press.lay_out(page.replace("</body>", f"{said}</body>")).result()

    boxes = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=made, capture_output=True, check=True
    ).stdout.decode()
    right_margin = 595.27 - 20 / 25.4 * 72
    assert max(float(edge) for edge in re.findall(r'xMax="([\d.]+)"', boxes)) <= right_margin


@pytest.mark.usefixtures("shared_press")
def test_what_was_written_is_printed_as_it_was_written(world):
    brief = Brief(
        obstacles=briefs.paragraphs(MARKUP),
        follow_up=briefs.paragraphs("Satu\n\nDua"),
        more=(Section("Cerita <b>perubahan</b>", briefs.paragraphs("Isi")),),
    )

    text = printed(report("35.08", brief))

    assert "<script>alert(1)</script> **tebal** &amp; {{ rahasia }}" in text
    assert "Tindak lanjut menurut penyusun Satu Dua" in text
    assert "BAB VI Cerita <b>perubahan</b> Isi" in text
    assert "BAB VII Penutup" in text
    assert "Yang terbaca dari angka" in text


def test_empty_lines_part_paragraphs_and_others_stay_line_breaks():
    assert briefs.paragraphs("a\r\nb\n\n\n  \nc\n") == (("a", "b"), ("c",))
    assert briefs.paragraphs(" \n\n") == ()


@given(st.text(max_size=300))
def test_no_word_that_was_written_is_lost(text):
    shown = [word for one in briefs.paragraphs(text) for line in one for word in line.split()]

    assert shown == text.split()


# --- The office -----------------------------------------------------------------------------------


def test_the_usual_outline_is_the_official_one(world):
    titles = [heading.title for heading in report("35.08", Brief()).headings]

    assert titles == [
        "Pendahuluan",
        "Kegiatan",
        "Hasil",
        "Permasalahan dan Tindak Lanjut",
        "Simpulan dan Saran",
        "Penutup",
    ]


@pytest.mark.usefixtures("shared_press")
def test_the_office_decides_on_the_outline_and_the_law_and_the_sources_stay(world, lumajang):
    office = office_of(lumajang)
    office.outline = ["results", "closing", "unheard of"]
    office.letter_number = "000/1/2024"
    office.save()

    text = printed(report("35.08", Brief(letter={"number": "7/2024", "recipient": "Gubernur"})))

    assert "Bab I Hasil" in text
    assert "Dasar hukum" not in text
    assert "Sumber dan batasan data" in text
    assert "Nomor : 7/2024" in text
    assert "Gubernur" in text


def test_own_legal_basis_takes_the_place_of_the_usual(world, lumajang):
    office = office_of(lumajang)
    office.legal_basis = "Peraturan Bupati Nomor 1;\n\n  Keputusan Bupati Nomor 2."
    office.save()

    wanted = report("35.08", Brief())

    assert wanted.legal_basis == ("Peraturan Bupati Nomor 1", "Keputusan Bupati Nomor 2")


def test_regency_without_an_office_borrows_its_provinces(world, province, lumajang):
    office_of(province)

    wanted = report("35.08", Brief())

    assert wanted.letterhead.place == "Surabaya"
    assert wanted.title.startswith("Laporan Capaian TPBIS Kabupaten Lumajang")


@pytest.mark.usefixtures("shared_press")
def test_the_offices_emblem_is_on_the_paper(world, lumajang):
    office = office_of(lumajang)
    buffer = io.BytesIO()
    Image.new("RGB", (240, 240), "#0f5c5c").save(buffer, "JPEG")
    office.emblem = storages["documents"].save("letterheads/x.jpg", ContentFile(buffer.getvalue()))
    office.save()

    made = printing.print_progress(
        report("35.08", Brief()), press=pdf.Press(), told=lambda *_: None
    )

    listed = subprocess.run(
        ["pdfimages", "-list", "-"], input=made.content, capture_output=True, check=False
    )
    assert b"jpeg" in listed.stdout


# --- Which libraries, and beside what -------------------------------------------------------------


@pytest.mark.usefixtures("shared_press")
def test_narrowing_and_comparison_are_said(world):
    narrowing = {"jenis": "desa", "sumber": "replication"}
    brief = Brief(compared="sebelumnya", narrowing=tuple(briefs.in_words(narrowing)))

    wanted = report("35", brief)
    text = printed(wanted)

    assert str(wanted.before) == "Oktober–Desember 2023"
    assert text.count("hanya Desa") == 2  # on the cover and where the sources are told
    assert "hanya Replikasi daerah" in text
    assert "Dibandingkan dengan Oktober–Desember 2023" in text
    assert "semua perpustakaan mitra" not in text


@pytest.mark.parametrize(
    "narrowing",
    [
        {},
        {"jenis": "desa"},
        {"jenis": "tbm"},
        {"sumber": "replication"},
        {"tahun": "2023"},
        {"tanda": "CSR  bank jatim"},
        {"jenis": "desa", "tahun": "2023", "tanda": "csr bank jatim"},
    ],
)
def test_a_document_counts_the_libraries_that_the_page_counts(narrowing, province, rf):
    villages = ["35.08.21.2001", "35.08.21.2002", "35.08.21.2003"]
    for place, (code, kind, source, tags) in enumerate(
        zip(
            villages,
            [LibraryKind.VILLAGE, LibraryKind.VILLAGE, LibraryKind.COMMUNITY],
            [ProgrammeSource.NATIONAL, ProgrammeSource.REPLICATION, ProgrammeSource.REPLICATION],
            [["CSR Bank Jatim"], [], ["csr bank jatim"]],
            strict=True,
        )
    ):
        factories.LibraryFactory(
            region=factories.region(code),
            kind=kind,
            source=source,
            tags=tags,
            joined_on=f"{2022 + place}-03-01",
        )
    asked = QueryDict(mutable=True)
    asked.update(narrowing)

    of_page = RegionFilter(asked, queryset=Library.objects.all(), request=rf.get("/")).qs
    of_document = narrowed(Library.objects.all(), narrowing)

    assert set(of_document) == set(of_page)


# --- One library ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("shared_press")
def test_library_has_a_report_of_its_own(world):
    mine = Library.objects.filter(pk=world.yellow.pk)

    wanted = report("35.08", Brief(library=world.yellow), mine)
    text = printed(wanted)

    assert wanted.title.startswith(f"Laporan Capaian TPBIS {world.yellow.name}")
    assert [line.totals.involvement for line in wanted.library.months] == [1, 1, 1]
    assert wanted.chapters == ()
    assert "Rincian tiap bulan" in text
    assert "Capaian per" not in text
    assert "1 = 0 + 1 + 0 + 0" not in text
    assert "berwarna kuning" in text


def test_silent_librarys_report_says_that_nothing_came(world):
    mine = Library.objects.filter(pk=world.silent.pk)

    wanted = report("35.08", Brief(library=world.silent), mine)

    assert wanted.findings[0].problem.startswith("Belum ada data yang masuk pada tahun 2024")
    assert "abu-abu" in wanted.conclusions[0]
