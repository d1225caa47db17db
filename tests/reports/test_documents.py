"""What a progress report says, and that the paper says it."""

import errno
import io
import subprocess
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from pypdf import PdfReader

from libraries.models import Library, Region
from reports import pdf
from reports.documents import content, findings, printing, shelf
from reports.figures import ColourCounts, Completeness
from tests import factories
from tests.reports.worlds import NIP, QUARTER, World, all_regencies, office_of, small_province
from tpbis.core.periods import Period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_press")]


@pytest.fixture
def world(library, other_library, librarian, pic, stranger, strange_pic) -> World:
    return small_province(library, other_library, librarian, pic, stranger, strange_pic)


def report_on(code: str, period: Period = QUARTER) -> content.ProgressReport:
    region = Region.objects.get(code=code)
    return content.progress(region, Library.objects.within(code), period, as_of=timezone.now())


def printed(report: content.ProgressReport) -> tuple[str, PdfReader]:
    made = printing.print_progress(report, press=pdf.Press(), told=lambda *_: None)
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=made.content, capture_output=True, check=True
    ).stdout.decode()
    return text, PdfReader(io.BytesIO(made.content))


def words(text: str) -> str:
    """Without line breaks and columns."""
    return " ".join(text.split())


# --- Content --------------------------------------------------------------------------------------


def test_province_has_a_chapter_for_each_regency(world):
    all_regencies()

    report = report_on("35")

    assert len(report.chapters) == 38
    assert report.dashboard.colours.reconciliation == "3 = 0 + 1 + 1 + 1"
    lumajang = next(chapter for chapter in report.chapters if chapter.key == "35.08")
    assert [line.library for line in lumajang.libraries] == [world.silent.pk, world.yellow.pk]


def test_provinces_own_library_has_a_chapter_of_its_own(world, province):
    own = factories.LibraryFactory(name="Perpustakaan Provinsi", region=province, kind="provinsi")

    report = report_on("35")

    last = report.chapters[-1]
    assert (last.key, last.title) == ("35", "Perpustakaan Provinsi Jawa Timur")
    assert [line.library for line in last.libraries] == [own.pk]


def test_regencys_document_has_one_chapter_with_its_libraries(world):
    report = report_on("35.08")

    (chapter,) = report.chapters
    assert (chapter.colours, chapter.totals) == (report.dashboard.colours, report.dashboard.totals)
    assert {line.library for line in chapter.libraries} == {world.yellow.pk, world.silent.pk}


def test_only_the_given_libraries_are_counted(world, lumajang):
    mine = Library.objects.filter(pk=world.yellow.pk)

    report = content.progress(lumajang, mine, QUARTER, as_of=timezone.now())

    assert report.dashboard.colours.total == 1


def test_figures_that_move_while_they_are_read_are_read_again(world, monkeypatch):
    answers = iter([False, True])
    monkeypatch.setattr(content, "_adds_up", lambda *_: next(answers))

    assert len(report_on("35").chapters) == 2


def test_figures_that_never_stand_still_are_not_printed(world, monkeypatch):
    monkeypatch.setattr(content, "_adds_up", lambda *_: False)

    with pytest.raises(content.FiguresMoved):
        report_on("35.08")


def test_letterhead_is_the_offices(province):
    office_of(province)

    head = content.letterhead(province)

    assert (head.government, head.nip) == ("Pemerintah Provinsi Jawa Timur", NIP)


def test_region_without_an_office_has_a_neutral_letterhead(lumajang):
    head = content.letterhead(lumajang)

    assert head.government == "Pemerintah Kabupaten Lumajang"
    assert (head.place, head.signer, head.nip) == ("Lumajang", "", "")


# --- Sentences ------------------------------------------------------------------------------------


def test_problems_follow_from_the_figures(world):
    report = report_on("35")

    problems = [finding.problem for finding in report.findings]

    assert problems[0] == (
        "1 (satu) dari 3 (33,3%) perpustakaan mitra belum memiliki akun SIM maupun akun portal, "
        "sehingga kegiatannya tidak tercatat. Terbanyak di Kabupaten Lumajang (1)."
    )
    assert problems[1].startswith("1 (satu) dari 3 (33,3%) perpustakaan mitra berwarna merah.")
    assert "1 belum mencatat pelibatan masyarakat dan 1 belum mencatat peningkatan" in problems[1]
    assert problems[2].startswith("1 (satu) dari 2 (50,0%) kabupaten/kota")
    assert problems[2].endswith(": Kabupaten Blitar.")
    assert "laporan bulanan yang diharapkan" in problems[3]


def test_greys_with_an_account_are_a_problem_of_their_own(world):
    changed = replace(
        report_on("35.08").dashboard, colours=ColourCounts(never=2, stopped=3, green=1)
    )

    problems = [finding.problem for finding in findings.findings(changed, [])]

    assert problems[0] == ("2 (dua) perpustakaan sudah memiliki akun tetapi belum pernah melapor.")
    assert problems[1] == (
        "3 (tiga) perpustakaan yang melapor pada tahun sebelumnya belum melapor lagi pada tahun "
        "2024."
    )


def test_what_has_become_less_is_named_with_both_figures(world):
    dashboard = report_on("35.08").dashboard
    changed = replace(
        dashboard,
        totals_before=replace(dashboard.totals, involvement=1_200, visits_total=9_000),
        partnerships_before=0,
    )

    last = findings.findings(changed, [])[-1]

    assert last.problem == (
        "Dibanding Januari–Maret 2023, turun: kunjungan dari 9.000 menjadi 66 dan kegiatan "
        "pelibatan masyarakat dari 1.200 menjadi 3."
    )


def test_nothing_wrong_is_nothing_said(world):
    fine = replace(
        report_on("35.08").dashboard,
        colours=ColourCounts(green=2),
        colours_before=ColourCounts(),
        completeness=Completeness(3, 3, 3),
        rows=(),
    )

    assert findings.findings(fine, []) == ()
    assert findings.conclusions(fine)[0].startswith(
        "Sampai dengan akhir Maret 2024, 2 (dua) dari 2"
    )


@pytest.mark.parametrize(
    ("names", "written"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A dan B"),
        (["A", "B", "C"], "A, B, dan C"),
        (["A", "B", "C", "D"], "A, B, dan 2 lainnya"),
    ],
)
def test_names_are_listed_as_people_write_them(names, written):
    assert findings._named(names, at_most=2 if len(names) > 3 else None) == written


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        ({"green": 2, "red": 1}, "hijau"),
        ({"yellow": 2, "red": 1}, "kuning"),
        ({"red": 2, "green": 1}, "merah"),
        ({"no_account": 2, "green": 1}, "abu-abu"),
        ({}, "Belum ada"),
    ],
)
def test_conclusion_names_the_largest_group(world, counts, word):
    changed = replace(report_on("35.08").dashboard, colours=ColourCounts(**counts))

    assert word in findings.conclusions(changed)[2]


# --- Paper ----------------------------------------------------------------------------------------


def test_province_on_paper(world, province):
    all_regencies()
    office_of(province)
    report = report_on("35")

    text, reader = printed(report)

    for expected in (
        "PEMERINTAH PROVINSI JAWA TIMUR",
        "DINAS PERPUSTAKAAN DAN KEARSIPAN",
        "LAPORAN CAPAIAN",
        "Januari–Maret 2024",
        "KPI portal s.d. Maret 2024",
        "3 = 0 + 1 + 1 + 1",
        "Undang-Undang Nomor 43 Tahun 2007",
        "Peraturan Presiden Nomor 39 Tahun 2019",
        "Peraturan Perpustakaan Nasional Nomor 3 Tahun 2023",
        "3 (tiga) perpustakaan mitra",
        "aturan versi 1",
        "WIB",
        "Surabaya, ",
        "Dra. Sri Wahyuni, M.Si.",
        f"NIP {NIP}",
        f"halaman 2 dari {len(reader.pages)}",
        f"halaman {len(reader.pages)} dari {len(reader.pages)}",
        "Kawan <Tani>",
    ):
        assert expected in words(text)
    for chapter in report.chapters:
        assert chapter.title in words(text)


@pytest.mark.parametrize("guess", [1, 2, 10])
def test_contents_list_gives_the_page_a_chapter_begins_on(world, monkeypatch, guess):
    monkeypatch.setattr(printing, "_COVER_PAGES", guess)

    _text, reader = printed(report_on("35"))

    contents = reader.pages[1].extract_text()
    begins = next(
        number
        for number, page in enumerate(reader.pages, 1)
        if "kode wilayah 35.08" in words(page.extract_text())
    )
    listed = next(
        line for line in words(contents).split("Kabupaten") if line.startswith(" Lumajang")
    )
    assert listed.split()[-1] == str(begins)


def test_document_is_titled_in_indonesian_and_bookmarked(world):
    _text, reader = printed(report_on("35.08"))

    assert reader.metadata.title == "Laporan Capaian TPBIS Kabupaten Lumajang, Januari–Maret 2024"
    assert reader.trailer["/Root"]["/Lang"] == "id"
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles == [
        "Daftar Isi",
        "Ringkasan",
        "Bab I Pendahuluan",
        "Bab II Kegiatan",
        "Bab III Hasil",
        "Bab IV Permasalahan dan Tindak Lanjut",
        "Bab V Simpulan dan Saran",
        "Bab VI Penutup",
        "Lampiran: daftar perpustakaan",
    ]


def test_only_fonts_of_ours_are_embedded(world):
    made = printing.print_progress(report_on("35.08"), press=pdf.Press(), told=lambda *_: None)

    fonts = subprocess.run(["pdffonts", "-"], input=made.content, capture_output=True, check=True)

    names = {line.split()[0] for line in fonts.stdout.decode().splitlines()[2:]}
    assert {name.partition("+")[2][:13] for name in names} == {"Source-Sans-3"}


def test_region_nobody_has_joined_in_is_a_document_too(lumajang):
    text, _reader = printed(report_on("35.08"))

    assert "belum ada perpustakaan mitra TPBIS" in words(text)


def test_whoever_waits_hears_of_every_part(world):
    heard: list[tuple[int, int, str]] = []

    printing.print_progress(
        report_on("35.08"), press=pdf.Press(), told=lambda *told: heard.append(told)
    )

    assert heard[0] == (0, 3, "Kabupaten Lumajang")
    assert heard[-2:] == [(1, 3, "Ringkasan dan isi"), (2, 3, "Menyatukan halaman")]


# --- The shelf ------------------------------------------------------------------------------------


def test_chapter_with_the_same_figures_is_not_set_again(world, shared_press, monkeypatch):
    printed(report_on("35"))
    asked = []
    lay_out = shared_press.lay_out
    monkeypatch.setattr(
        shared_press, "lay_out", lambda html, **how: asked.append(html) or lay_out(html, **how)
    )

    printed(report_on("35"))

    assert [html for html in asked if "kode wilayah" in html] == []


def test_only_the_chapter_that_changed_is_set_again(world, shared_press, monkeypatch):
    printed(report_on("35"))
    Library.objects.filter(pk=world.red.pk).update(name="Perpustakaan Mawar Melati")
    asked = []
    lay_out = shared_press.lay_out
    monkeypatch.setattr(
        shared_press, "lay_out", lambda html, **how: asked.append(html) or lay_out(html, **how)
    )

    printed(report_on("35"))

    chapters = [html for html in asked if "kode wilayah" in html]
    assert len(chapters) == 1
    assert "Perpustakaan Mawar Melati" in chapters[0]
    # Nor is a part of the report proper set again that says what it said: the name stands in none.
    assert not [html for html in asked if 'id="hasil-' in html]


def test_half_a_chapter_on_the_shelf_is_not_bound(world):
    shelf.clear(at=timezone.now() + 2 * shelf.KEPT_FOR)
    printed(report_on("35.08"))
    files = storages["documents"]
    whole = {}
    for name in shelf.names():
        with files.open(name) as kept:
            whole[name] = kept.read()
        files.delete(name)
        files.save(name, ContentFile(whole[name][: len(whole[name]) // 2]))

    text, _reader = printed(report_on("35.08"))

    assert "Daftar perpustakaan mitra di Kabupaten Lumajang" in words(text)
    for name in whole:
        with files.open(name) as kept:
            assert kept.read().rstrip().endswith((b"%%EOF", b"]"))


@pytest.mark.parametrize("half", [b"[[]", b"[[], 1, [1, 2, 3], 2]", b'[[["a"]], 1, [1], 2]', b"["])
def test_half_a_plan_on_the_shelf_is_not_followed(world, half):
    report = report_on("35.08")
    shelf.put(printing._plan_name(report), half)

    _text, reader = printed(report)

    assert printing._remembered(report).pages == len(reader.pages)


def test_cover_and_numbers_are_set_before_their_turn_when_they_were_right(world, shared_press):
    printed(report_on("35.08"))
    report = report_on("35.08")
    asked = []

    def told(step: int, steps: int, doing: str) -> None:
        asked.append((doing, len(shared_press._asked)))

    printing.print_progress(report, press=pdf.Press(), told=told)

    assert asked[-1][1] == asked[0][1]  # nothing was laid out after the first chapter was told of


def test_a_full_disk_costs_the_shelf_only(world, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    shelf.clear(at=timezone.now() + 2 * shelf.KEPT_FOR)
    monkeypatch.setattr(storages["documents"], "save", full)

    text, _reader = printed(report_on("35.08"))

    assert "Daftar perpustakaan mitra di Kabupaten Lumajang" in words(text)
    assert shelf.names() == []


def test_shelf_is_cleared_of_what_was_set_long_ago(world):
    printed(report_on("35.08"))
    _folders, before = storages["documents"].listdir("chapters")

    cleared = shelf.clear(at=timezone.now() + 2 * shelf.KEPT_FOR)

    assert cleared == len(before) > 0
    assert storages["documents"].listdir("chapters") == ([], [])


def test_empty_shelf_is_nothing_to_clear(tmp_path, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }

    assert shelf.clear() == 0
