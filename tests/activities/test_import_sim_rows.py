"""What one row of the feed says: every trap seen in real data, and every number that cannot be."""

from datetime import date

import pytest

from activities import feed
from activities.enums import AdvocacyResult, Audience, Format, Kind, Medium, SimKind
from activities.feed import BadShape, EntrySaid, ScoreSaid, VisitsSaid
from libraries.enums import Theme

TODAY = date(2026, 6, 15)
WHERE = {
    "perpus_nama": "Perpustakaan Desa Contoh Satu",
    "provinsi_name": "Jawa Timur",
    "kabupaten_name": "Kab. Contoh",
    "kecamatan_name": "Contoh",
    "desa_name": "Contohsatu",
}
ROWS = {
    SimKind.SCORES: {
        "nama_perpustakaan": "Perpustakaan Desa Contoh Satu",
        "provinsi": "Jawa Timur",
        "kabupaten_kota": "Kab. Contoh",
        "desa_kelurahan": "Contohsatu",
        "skor": 66.25,
    },
    SimKind.VISITS: {
        **WHERE,
        "periode": "May 2026",
        "pengunjung_laki": 17,
        "pengunjung_perempuan": 20,
        "total_pengunjung": 37,
    },
    SimKind.INVOLVEMENT: {
        **WHERE,
        "tanggal": "2026-04-18",
        "nama_kegiatan": "Pelatihan membuat keripik",
        "bidang_kegiatan": "Ekonomi",
        "jenis": "Pelatihan",
        "sasaran": "Pelaku UMKM",
        "jumlah_peserta": 20,
        "attachment": "https://sim.example/attachments/A.jpg",
    },
    SimKind.ADVOCACY: {
        **WHERE,
        "tanggal": "2026-03-01",
        "judul": "Dukungan narasumber",
        "sasaran": ["Perangkat Daerah"],
        "hasil": "NonDana",
        "hasil_regulasi": "-",
        "nominal": 0,
        "jumlah_narasumber": 1,
        "jumlah_barang": 0,
    },
    SimKind.SERVICE: {
        **WHERE,
        "bulan": "Januari",
        "tahun": "2026",
        "jumlah_buku": 1000,
        "jumlah_buku_digital": 0,
        "jumlah_komputer": 2,
        "bandwidth": 30,
    },
    SimKind.PUBLICATION: {
        **WHERE,
        "tanggal": "2026-04-19",
        "judul": "Pelatihan keripik",
        "jenis_publikasi": "Media Online",
        "nama_media": "INSTAGRAM",
        "link": "https://media.example/p/1?a=1&amp;b=2",
    },
    SimKind.REPLICATION: {"provinsi_nama": "Jawa Timur", "kabupaten_name": "Kab. Contoh"},
}


def read(kind: SimKind, **changes: object) -> feed.Reading:
    row = {name: value for name, value in {**ROWS[kind], **changes}.items() if value is not ...}
    return feed.read_row(kind, row, today=TODAY)


# --- What the kinds say -------------------------------------------------------------------------


def test_an_involvement_row():
    assert read(SimKind.INVOLVEMENT).fact == EntrySaid(
        kind=Kind.INVOLVEMENT,
        held_on=date(2026, 4, 18),
        content={
            "title": "Pelatihan membuat keripik",
            "theme": Theme.ECONOMY,
            "format": Format.TRAINING,
            "audience": Audience.SMALL_BUSINESS,
            "participants_total": 20,
        },
    )


def test_an_advocacy_row():
    said = read(
        SimKind.ADVOCACY,
        sasaran=["Kepala Desa", "Swasta", "Kepala Desa"],
        hasil="Non Dana",
        nominal="15.000.000",
        hasil_regulasi="Perdes 3/2026",
    ).fact

    assert said.content == {
        "title": "Dukungan narasumber",
        "audiences": ["Kepala Desa", "Swasta"],
        "result": AdvocacyResult.IN_KIND,
        "regulation": "Perdes 3/2026",
        "amount": 15_000_000,
        "speakers": 1,
        "goods": 0,
    }


def test_a_snapshot_is_dated_the_first_of_its_month():
    said = read(SimKind.SERVICE, bulan="July", tahun=2025).fact

    assert (said.kind, said.held_on) == (Kind.SERVICE, date(2025, 7, 1))
    assert said.content["service_form"] == "potret"
    assert said.content["books"] == 1000


def test_a_publication_row():
    said = read(SimKind.PUBLICATION).fact

    assert said.content == {
        "title": "Pelatihan keripik",
        "medium": Medium.ONLINE,
        "media_name": "INSTAGRAM",
        "link": "https://media.example/p/1?a=1&b=2",
    }


def test_a_visits_row():
    assert read(SimKind.VISITS).fact == VisitsSaid(date(2026, 5, 1), 17, 20, 37)


def test_a_replication_row_is_only_kept():
    reading = read(SimKind.REPLICATION)

    assert (reading.fact, reading.problem) == (None, "")


# --- Traps --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("skor", "points"),
    [(66.25, 66_250), ("66.25", 66_250), ("66,25", 66_250), (100, 100_000), (0, 0), ("-", None)],
)
def test_a_score_is_a_number_a_string_or_a_dash(skor, points):
    assert read(SimKind.SCORES, skor=skor).fact == ScoreSaid(points)


@pytest.mark.parametrize("skor", [101, -1, "tinggi", "nan", "1e3", True])
def test_another_score_is_a_problem(skor):
    reading = read(SimKind.SCORES, skor=skor)

    assert reading.fact is None
    assert reading.problem.startswith("skor: ")


@pytest.mark.parametrize(
    "names",
    [
        ("nama_perpustakaan", "provinsi", "kabupaten_kota", "kecamatan", "desa_kelurahan"),
        ("perpus_nama", "provinsi_name", "kabupaten_name", "kecamatan_name", "desa_name"),
        ("perpus_nama", "provinsi_nama", "kabupaten_nama", "kecamatan_nama", "desa_nama"),
    ],
)
def test_places_are_read_under_each_of_their_keys(names):
    written = (" Perpustakaan  Desa Satu", "Jawa Timur ", "Kab. Contoh", " - ", " - ")
    row = dict(zip(names, written, strict=True))

    assert feed.where_of(row) == feed.Where(
        library="Perpustakaan Desa Satu",
        province="Jawa Timur",
        regency="Kab. Contoh",
        district="",
        village="",
    )


@pytest.mark.parametrize(
    ("sasaran", "audience"),
    [
        ("Umum", Audience.GENERAL),
        (["Umum"], Audience.GENERAL),
        (" anak-anak ", Audience.CHILDREN),
        ("Petani/Nelayan", Audience.FARMERS),
        (["Lansia", "Umum"], Audience.ELDERLY),
    ],
)
def test_an_audience_is_a_string_or_a_list(sasaran, audience):
    assert read(SimKind.INVOLVEMENT, sasaran=sasaran).fact.content["audience"] == audience


@pytest.mark.parametrize(
    "sasaran", ["Kepala Desa, Swasta", "Kepala Desa; swasta", ["Kepala Desa", "Swasta"]]
)
def test_audiences_of_advocacy_are_one_or_more(sasaran):
    said = read(SimKind.ADVOCACY, sasaran=sasaran).fact

    assert said.content["audiences"] == ["Kepala Desa", "Swasta"]


@pytest.mark.parametrize(
    ("periode", "month"),
    [("May 2026", 5), ("Mei 2026", 5), ("Jan 2026", 1), ("Maret 2026", 3), ("2026-04", 4)],
)
def test_months_come_in_both_languages(periode, month):
    assert read(SimKind.VISITS, periode=periode).fact.month == date(2026, month, 1)


def test_zero_is_a_figure_and_a_dash_is_none():
    said = read(SimKind.VISITS, pengunjung_laki="-", pengunjung_perempuan=0, total_pengunjung="0")

    assert said.fact == VisitsSaid(date(2026, 5, 1), None, 0, 0)


def test_a_missing_total_is_the_sum():
    assert read(SimKind.VISITS, total_pengunjung="-").fact.total == 37


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://media.example/p/1?a=1&amp;b=2", "https://media.example/p/1?a=1&b=2"),
        ("www.media.example/p", "https://www.media.example/p"),
        ("javascript:alert(1)", ""),
        ("@perpusdes", ""),
        ("-", ""),
        (None, ""),
        (f"https://media.example/{'x' * 600}", ""),
    ],
)
def test_only_a_web_address_becomes_a_link(link, kept):
    assert read(SimKind.PUBLICATION, link=link).fact.content["link"] == kept


def test_stray_spaces_and_entities_leave_the_title():
    said = read(SimKind.INVOLVEMENT, nama_kegiatan="  Mendongeng &amp;\u200b  mewarnai\t").fact

    assert said.content["title"] == "Mendongeng & mewarnai"


def test_a_long_title_is_cut():
    assert len(read(SimKind.INVOLVEMENT, nama_kegiatan="x" * 500).fact.content["title"]) == 200


def test_markup_stays_text():
    said = read(SimKind.INVOLVEMENT, nama_kegiatan="<script>alert(1)</script> {{7*7}}").fact

    assert said.content["title"] == "<script>alert(1)</script> {{7*7}}"


# --- Problems -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "changes", "problem"),
    [
        (SimKind.INVOLVEMENT, {"tanggal": "31/02/2026"}, "tanggal: Tanggal “31/02/2026” tidak ada"),
        (SimKind.INVOLVEMENT, {"tanggal": None}, "tanggal: Tanggal “” tidak dikenal"),
        (SimKind.INVOLVEMENT, {"tanggal": "2026-06-16"}, "tanggal: 2026-06-16 belum tiba"),
        (SimKind.INVOLVEMENT, {"tanggal": "0001-01-01"}, "tanggal: 0001-01-01 sebelum program"),
        (SimKind.INVOLVEMENT, {"tanggal": "9999-12-31"}, "tanggal: 9999-12-31 belum tiba"),
        (SimKind.INVOLVEMENT, {"nama_kegiatan": " \u200b "}, "nama_kegiatan kosong"),
        (SimKind.INVOLVEMENT, {"bidang_kegiatan": "Sihir"}, "bidang_kegiatan: “Sihir” tidak ada"),
        (SimKind.INVOLVEMENT, {"jenis": None}, "jenis kosong"),
        (SimKind.INVOLVEMENT, {"sasaran": []}, "sasaran kosong"),
        (SimKind.INVOLVEMENT, {"jumlah_peserta": -5}, "jumlah_peserta: angka negatif (-5)"),
        (SimKind.INVOLVEMENT, {"jumlah_peserta": "-5"}, "jumlah_peserta: angka negatif (-5)"),
        (SimKind.INVOLVEMENT, {"jumlah_peserta": "12,5"}, "jumlah_peserta: “12,5” bukan bilangan"),
        (SimKind.INVOLVEMENT, {"jumlah_peserta": 12.5}, "jumlah_peserta: “12.5” bukan bilangan"),
        (SimKind.INVOLVEMENT, {"jumlah_peserta": 1e9}, "jumlah_peserta: 1000000000 terlalu besar"),
        (SimKind.INVOLVEMENT, {"jumlah_peserta": "9" * 99}, "jumlah_peserta: “999"),
        (SimKind.INVOLVEMENT, {"jumlah_peserta": True}, "jumlah_peserta: “True” bukan bilangan"),
        (SimKind.INVOLVEMENT, {"jumlah_peserta": "-"}, "jumlah_peserta kosong"),
        (SimKind.INVOLVEMENT, {"perpus_nama": " - "}, "nama perpustakaan kosong"),
        (SimKind.ADVOCACY, {"sasaran": ["Presiden"]}, "sasaran: “Presiden” tidak ada"),
        (SimKind.ADVOCACY, {"hasil": "Janji"}, "hasil: “Janji” tidak ada"),
        (SimKind.ADVOCACY, {"nominal": -1}, "nominal: angka negatif (-1)"),
        (SimKind.SERVICE, {"bulan": "Semester 1"}, "bulan: Bulan “Semester 1 2026” tidak dikenal"),
        (SimKind.SERVICE, {"bulan": "Juli"}, "bulan: 2026-07-01 belum tiba"),
        (SimKind.PUBLICATION, {"jenis_publikasi": "Radio"}, "jenis_publikasi: “Radio” tidak ada"),
        (SimKind.VISITS, {"periode": "May"}, "periode: Bulan “May” tidak dikenal"),
        (SimKind.VISITS, {"total_pengunjung": -1}, "total_pengunjung: angka negatif (-1)"),
    ],
)
def test_what_cannot_be_is_a_problem(kind, changes, problem):
    reading = read(kind, **changes)

    assert reading.fact is None
    assert reading.problem.startswith(problem)


@pytest.mark.parametrize(
    ("kind", "changes", "missing"),
    [
        (SimKind.SCORES, {"skor": ...}, "“skor”"),
        (SimKind.VISITS, {"periode": ...}, "“periode”"),
        (SimKind.INVOLVEMENT, {"perpus_nama": ...}, "“nama_perpustakaan” atau “perpus_nama”"),
        (SimKind.ADVOCACY, {"hasil": ...}, "“hasil”"),
        (SimKind.SERVICE, {"kabupaten_name": ...}, "“kabupaten_kota” atau “kabupaten_name”"),
        (SimKind.PUBLICATION, {"judul": {"id": 1}}, "isian “judul” bukan teks atau angka"),
        (SimKind.ADVOCACY, {"sasaran": [["Swasta"]]}, "isian “sasaran” bukan teks atau angka"),
    ],
)
def test_another_shape_is_no_row_of_the_feed(kind, changes, missing):
    with pytest.raises(BadShape, match=missing):
        read(kind, **changes)


@pytest.mark.parametrize("raw", [None, [], "x", 3])
def test_what_is_no_object_is_no_row(raw):
    with pytest.raises(BadShape):
        feed.read_row(SimKind.SCORES, raw, today=TODAY)


def test_what_no_database_holds_is_replaced():
    reading = read(SimKind.INVOLVEMENT, nama_kegiatan="a\x00b\udcff", attachment="\x00")

    assert reading.raw["nama_kegiatan"] == "a\ufffdb?"
    assert reading.raw["attachment"] == "\ufffd"


# --- Identity -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"perpus_nama": " PERPUSTAKAAN desa contoh  satu "},
        {"kabupaten_name": "Kabupaten Contoh"},
        {"tanggal": "18/04/2026"},
        {"jumlah_peserta": 25},
        {"nama_kegiatan": "pelatihan membuat keripik "},
    ],
)
def test_the_same_thing_keeps_its_identity(changes):
    assert read(SimKind.INVOLVEMENT, **changes).identity == read(SimKind.INVOLVEMENT).identity


@pytest.mark.parametrize(
    "changes",
    [
        {"perpus_nama": "Perpustakaan Desa Contoh Dua"},
        {"kabupaten_name": "Kota Contoh"},
        {"desa_name": "Contohdua"},
        {"tanggal": "2026-04-19"},
        {"nama_kegiatan": "Pelatihan lain"},
    ],
)
def test_another_thing_has_another_identity(changes):
    assert read(SimKind.INVOLVEMENT, **changes).identity != read(SimKind.INVOLVEMENT).identity


def test_ordinals_tell_twins_apart():
    assert feed.row_key("same", 0) != feed.row_key("same", 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"attachment": "/attachments/A.jpg"},
        {"attachment": "attachments/A.jpg "},
        {"perpus_nama": "Perpustakaan Desa Contoh Satu "},
    ],
)
def test_a_stray_space_or_the_servers_name_is_no_change(changes):
    said = read(SimKind.INVOLVEMENT, **changes).content_hash

    assert said == read(SimKind.INVOLVEMENT).content_hash


def test_another_number_is_a_change():
    said = read(SimKind.INVOLVEMENT, jumlah_peserta=21).content_hash

    assert said != read(SimKind.INVOLVEMENT).content_hash
