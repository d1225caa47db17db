"""Papers about supporting bodies: what stands in them, who may ask for and see which."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from activities.enums import ConsentScope, Kind
from kpi import services as kpi
from reports import services
from reports.documents.wording.official import day_in_words, head_of_region, money_in_words
from reports.enums import DocumentKind
from reports.models import Document
from reports.services import NotForThisRegion, NotMade
from stakeholders.enums import CommitmentState, NeedState
from stakeholders.models import Organisation, Support
from tests import factories
from tests.reports import papers, support_world
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db
YEAR = Period(date(2024, 1, 1), date(2024, 6, 1))
OURS, THEIRS = "Bank Sinar Laut", "CNYPTRAHASIALAINNYA"


@pytest.fixture
def ours(library, pic):
    return support_world.side(OURS, library, pic)


@pytest.fixture
def theirs(library, pic):
    """To the same library."""
    return support_world.side(THEIRS, library, pic, rupiah=98_765_432, worth=87_654_321)


def paper(kind, by, subject, region, **more):
    return services.request(
        region=region, period=YEAR, by=by, kind=DocumentKind(kind), subject=subject, **more
    )


# --- Impact ---------------------------------------------------------------------------------------


def test_impact_says_what_was_given_where_and_to_how_many(ours, theirs, province, shared_press):
    content = papers.printed(paper("impact", ours.user, ours.organisation, province))

    text = papers.text_of(content)
    assert "240 1 Rp0 1" in text
    assert "Barang 1 2 komputer senilai Rp12.500.000 240" in text
    assert "Lumajang 1 1 – 240" in text
    assert THEIRS not in text
    assert papers.untagged(content) == []
    assert papers.pages_of(content) == 1


def test_impact_of_a_regency_counts_what_came_there(
    ours, lumajang, other_library, staff, pic, shared_press
):
    Support.objects.create(
        organisation=ours.organisation,
        library=other_library,
        region=other_library.regency,
        kind="dana",
        given_on=date(2024, 2, 1),
        rupiah=33_000_000,
        description="x",
        recorded_by=staff,
    )

    here = papers.text_of(papers.printed(paper("impact", pic, ours.organisation, lumajang)))
    everywhere = papers.text_of(
        papers.printed(paper("impact", staff, ours.organisation, lumajang.parent))
    )

    assert "Rp33.000.000" not in here
    assert "yang diterima di Kabupaten Lumajang" in here
    assert "Blitar 1 1 Rp33.000.000" in everywhere


def test_colours_are_compared_with_the_same_month_of_the_year_before(
    ours, library, librarian, pic, province, shared_press
):
    for year in (2023, 2024):
        report = factories.approved(library, librarian, pic, *Kind, month=date(year, 6, 1))
        kpi.count_and_rescore(library=library, month=report.month)

    text = papers.text_of(papers.printed(paper("impact", ours.user, ours.organisation, province)))

    assert "s.d. Juni 2023 s.d. Juni 2024" in text
    assert "Dari 1 perpustakaan penerima yang dinilai pada kedua waktu" in text


@pytest.mark.parametrize(
    ("scope", "is_told"),
    [(ConsentScope.PUBLIC, True), (ConsentScope.PRINT, False), (ConsentScope.PORTAL, False)],
)
def test_only_stories_whose_people_agreed_to_be_shown_anywhere(
    scope, is_told, ours, library, librarian, pic, province, shared_press
):
    factories.published_story(
        library, librarian, pic, title="Warung Bu Siti", happened_on=date(2024, 4, 1), scope=scope
    )

    text = papers.text_of(papers.printed(paper("impact", ours.user, ours.organisation, province)))

    assert ("Warung Bu Siti" in text) == is_told


def test_nothing_given_is_said(province, staff, shared_press):
    quiet = Organisation.objects.create(name="Lembaga Baru")

    text = papers.text_of(papers.printed(paper("impact", staff, quiet, province)))

    assert "Belum ada dukungan yang tercatat diterima pada masa ini." in text


def test_a_long_name_and_many_gifts_take_one_page(ours, library, pic, province, shared_press):
    ours.organisation.name = papers.LONG_NAME
    ours.organisation.save()
    for kind in ("dana", "narasumber", "regulasi", "tempat", "media", "relawan"):
        for unit in ("kali kunjungan lapangan", "orang narasumber tamu", "hari kerja"):
            Support.objects.create(
                organisation=ours.organisation,
                library=library,
                region=library.regency,
                kind=kind,
                given_on=date(2024, 2, 1),
                rupiah=999_000_000_000,
                quantity=99_000,
                unit=unit,
                description="x",
                reached=9_000_000,
                recorded_by=pic,
            )

    content = papers.printed(paper("impact", ours.user, ours.organisation, province))

    assert papers.pages_of(content) == 1


# --- Berkas CSR -----------------------------------------------------------------------------------


def test_a_proposal_is_ready_for_a_budget(library, librarian, pic, shared_press):
    report = factories.approved(library, librarian, pic, *Kind, month=date(2024, 3, 1))
    kpi.count_and_rescore(library=library, month=report.month)
    need = support_world.need_of(library, pic)

    content = papers.printed(paper("proposal", pic, need, library.regency, library=library))

    text = papers.text_of(content)
    assert "Rp4.500.000 (empat juta lima ratus ribu rupiah)" in text
    assert "1 Rak buku anak 3 rak Rp1.500.000 Rp4.500.000" in text
    assert "120 (seratus dua puluh) orang, atau sekitar Rp37.500 untuk setiap orang" in text
    assert "22 kunjungan dan 1 kegiatan" in text
    assert "Buku anak masih ditumpuk di lantai." in text
    assert papers.untagged(content) == []


def test_lines_that_were_typed_replace_the_needs_own(library, pic, shared_press):
    need = support_world.need_of(library, pic)
    lines = [
        {"what": "Rak jati", "count": 2, "unit": "rak", "price": 2_000_000},
        {"what": "Ongkos kirim", "count": 1, "unit": "kali", "price": 350_000},
    ]

    document = paper(
        "proposal", pic, need, library.regency, library=library, details={"needs": lines}
    )

    text = papers.text_of(papers.printed(document))
    assert "2 Ongkos kirim 1 kali Rp350.000 Rp350.000" in text
    assert "Jumlah Rp4.350.000" in text
    assert "Rp1.500.000" not in text


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"rupiah": 1_000_000}, "1 Rak buku anak (3 rak) 1 paket Rp1.000.000 Rp1.000.000"),
        ({"quantity": None, "unit": ""}, "1 Rak buku anak 1 paket Rp4.500.000 Rp4.500.000"),
        ({"rupiah": None, "people": None}, "Biayanya belum diperkirakan."),
    ],
)
def test_a_need_without_a_price_each_is_one_line(said, line, library, pic, shared_press):
    need = support_world.need_of(library, pic, **said)

    text = papers.text_of(
        papers.printed(paper("proposal", pic, need, library.regency, library=library))
    )

    assert line in text


def test_a_regencys_own_need_tells_of_its_libraries(library, pic, lumajang, shared_press):
    need = support_world.need_of(library, pic)
    need.library = None
    need.save()

    text = papers.text_of(papers.printed(paper("proposal", pic, need, lumajang)))

    assert "Kabupaten Lumajang memiliki 1 perpustakaan mitra" in text


@pytest.mark.parametrize("state", [NeedState.REALISED, NeedState.WITHDRAWN, NeedState.STATED])
def test_no_proposal_of_a_need_that_is_not_open(state, library, pic):
    need = support_world.need_of(library, pic, state=state)

    with pytest.raises(NotForThisRegion):
        paper("proposal", pic, need, library.regency, library=library)


def test_a_supporters_proposal_ends_with_the_need(library, pic, ours, shared_press):
    """Promised by somebody else in the meantime: no longer this one's to see."""
    need = support_world.need_of(library, pic)
    document = paper("proposal", ours.user, need, library.regency, library=library)
    need.state = NeedState.PROMISED
    need.save()

    with pytest.raises(NotMade):
        papers.printed(document)


# --- Berita acara ---------------------------------------------------------------------------------


def test_a_handover_says_who_gives_what_to_whom_in_words(ours, library, pic, shared_press):
    said = {"nomor": "042/BAST/2024", "pemberi": "Ratna Kartikasari"}

    content = papers.printed(
        paper("handover", pic, ours.realised, library.regency, library=library, details=said)
    )

    text = papers.text_of(content)
    assert "Nomor: 042/BAST/2024" in text
    assert (
        "Senin, tanggal delapan belas, bulan Maret, tahun dua ribu dua puluh empat (18 Maret 2024)"
    ) in text
    assert "Ratna Kartikasari" in text
    assert f"{OURS}, selanjutnya disebut PIHAK KESATU" in text
    assert "Rp12.500.000 (dua belas juta lima ratus ribu rupiah)" in text
    assert "2 (dua) komputer" in text
    assert papers.untagged(content) == []
    assert papers.pages_of(content) == 1


def test_no_handover_of_what_is_only_promised(ours, library, pic):
    with pytest.raises(NotForThisRegion):
        paper("handover", pic, ours.promised, library.regency, library=library)


# --- Lists of people ------------------------------------------------------------------------------


def test_an_annex_lists_the_team_in_the_order_of_a_decree(province, staff, shared_press):
    bank = Organisation.objects.create(name="Bank Jatim")
    team = support_world.team_of(
        province,
        staff,
        ("Ani Wijaya", bank, "anggota"),
        ("Budi Santoso", bank, "ketua"),
        ("Citra Dewi", bank, "pengarah"),
    )
    left = team.members.create(
        organisation=bank,
        name="Dwi Pindah",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 1, 31),
        recorded_by=staff,
    )

    content = papers.printed(paper("annex", staff, team, province))

    text = papers.text_of(content)
    assert "Keputusan Gubernur Jawa Timur" in text
    assert text.index("Citra Dewi") < text.index("Budi Santoso") < text.index("Ani Wijaya")
    assert left.name not in text
    assert "3 (tiga) orang" in text
    assert papers.untagged(content) == []


def test_an_empty_team_has_no_annex(province, staff, shared_press):
    team = support_world.team_of(province, staff)

    with pytest.raises(NotMade, match="belum punya anggota"):
        papers.printed(paper("annex", staff, team, province))


def test_everybody_who_was_there_gets_a_page(province, staff, shared_press):
    event = support_world.event_in(province, staff, ("Ani", "Budi"), ("Citra",))

    content = papers.printed(paper("attendance", staff, event, province))

    text = papers.text_of(content)
    assert papers.pages_of(content) == 2
    assert "Ani" in text
    assert "Citra" not in text
    assert "Stakeholder meeting (SHM)" in text
    assert papers.untagged(content) == []


def test_or_one_of_them(client, province, staff, shared_press):
    event = support_world.event_in(province, staff, ("Ani", "Budi"), ())
    budi = event.attendees.get(name="Budi")
    client.force_login(staff)

    client.post(about("attendance", event), {"peserta": budi.pk})

    content = papers.printed(Document.objects.get())
    assert papers.pages_of(content) == 1
    assert "Budi" in papers.text_of(content)


def test_somebody_of_another_event_is_no_choice(client, province, staff):
    event = support_world.event_in(province, staff, ("Ani",), ())
    other = support_world.event_in(province, staff, ("Budi",), ())
    client.force_login(staff)

    reply = client.post(
        about("attendance", event), {"peserta": other.attendees.get(name="Budi").pk}
    )

    assert reply.status_code == 422
    assert list(reply.context["form"].errors) == ["peserta"]
    assert not Document.objects.exists()


def test_nobody_there_is_said_on_the_page(client, province, staff):
    event = support_world.event_in(province, staff, (), ("Citra",))
    client.force_login(staff)

    assert "Belum ada yang tercatat hadir" in client.get(about("attendance", event)).text


# --- Asking ---------------------------------------------------------------------------------------


def about(kind, subject):
    return reverse("reports:document_about", args=[kind, subject.pk])


def test_a_supporter_asks_for_its_own_impact(client, ours, theirs, province):
    client.force_login(ours.user)

    shown = client.get(about("impact", ours.organisation))
    reply = client.post(
        about("impact", ours.organisation), {"dari": "2024-01", "sampai": "2024-06"}
    )

    assert "wilayah" not in shown.context["form"].fields
    document = Document.objects.get()
    assert reply.url == document.get_absolute_url()
    assert (document.organisation, document.region) == (ours.organisation, province)
    assert client.get(about("impact", theirs.organisation)).status_code == 404


def test_months_the_wrong_way_round_are_refused_at_their_field(client, ours):
    client.force_login(ours.user)

    reply = client.post(
        about("impact", ours.organisation), {"dari": "2024-06", "sampai": "2024-01"}
    )

    assert reply.status_code == 422
    assert list(reply.context["form"].errors) == ["sampai"]


def test_a_pic_asks_for_the_own_regency_only(client, ours, pic, blitar):
    client.force_login(pic)

    reply = client.post(
        about("impact", ours.organisation),
        {"dari": "2024-01", "sampai": "2024-06", "wilayah": blitar.code},
    )

    assert reply.status_code == 422
    assert not Document.objects.exists()


def test_staff_breaks_a_budget_down_and_a_supporter_takes_it_as_it_is(client, ours, library, pic):
    need = support_world.need_of(library, pic)
    client.force_login(pic)
    lines = {"apa_1": "Rak", "banyak_1": "2", "satuan_1": "rak", "harga_1": "Rp1.500.000"}

    client.post(about("proposal", need), {"nomor": "7/CSR", **lines})
    client.force_login(ours.user)
    client.post(about("proposal", need), {"nomor": "99/PALSU", **lines})

    typed, plain = Document.objects.order_by("pk")
    assert typed.details["number"] == "7/CSR"
    assert typed.details["needs"][0]["price"] == 1_500_000
    assert (plain.details, plain.library) == ({}, library)


@pytest.mark.parametrize("kind", ["impact", "proposal", "handover", "annex", "attendance", "rapor"])
def test_what_is_not_there_is_absent(kind, client, staff):
    client.force_login(staff)

    reply = client.get(reverse("reports:document_about", args=[kind, 987_654]))

    assert reply.status_code == 404


# --- Who sees which -------------------------------------------------------------------------------


def test_a_supporter_sees_its_own_papers_and_no_other(client, ours, theirs, library, pic, province):
    need = support_world.need_of(library, pic)
    regency = library.regency
    hidden = [
        paper("impact", theirs.user, theirs.organisation, province),
        paper("impact", pic, theirs.organisation, regency),
        paper("handover", theirs.user, theirs.realised, regency, library=library),
        paper("proposal", theirs.user, need, regency, library=library),
        paper("proposal", pic, need, regency, library=library),
    ]
    shown = [
        paper("impact", pic, ours.organisation, regency),
        paper("handover", pic, ours.realised, regency, library=library),
        paper("proposal", ours.user, need, regency, library=library),
    ]
    client.force_login(ours.user)

    listed = client.get(reverse("reports:documents"))

    assert {one.pk for one in listed.context["page"]} == {one.pk for one in shown}
    assert THEIRS not in listed.text
    assert {client.get(one.get_absolute_url()).status_code for one in shown} == {200}
    assert {client.get(one.get_absolute_url()).status_code for one in hidden} == {404}
    exported = client.get(reverse("reports:documents_export", args=["csv"]))
    assert THEIRS.encode() not in b"".join(exported)


def test_who_left_the_organisation_sees_nothing_of_it(client, ours, province):
    document = paper("impact", ours.user, ours.organisation, province)
    ours.user.memberships.update(ends_on=date(2024, 12, 31))
    client.force_login(ours.user)

    assert client.get(document.get_absolute_url()).status_code == 404


def test_names_of_people_are_not_for_observers(client, ours, province, lumajang, staff):
    observer = factories.someone("observer", province)
    team = support_world.team_of(province, staff)
    document = paper("annex", staff, team, province)
    impact = paper("impact", staff, ours.organisation, province)
    client.force_login(observer)

    assert client.get(document.get_absolute_url()).status_code == 404
    assert client.get(impact.get_absolute_url()).status_code == 200


def test_a_strange_pic_may_not_ask(ours, strange_pic, lumajang, province, staff):
    team = support_world.team_of(lumajang, staff)
    for kind, subject in (("handover", ours.realised), ("proposal", ours.need), ("annex", team)):
        with pytest.raises(NotForThisRegion):
            paper(kind, strange_pic, subject, lumajang)


# --- What holds always ----------------------------------------------------------------------------


def test_a_paper_is_about_its_subject_and_nothing_else(ours, province, staff):
    common = {"region": province, "start": YEAR.start, "end": YEAR.end, "requested_by": staff}
    for wrong in (
        {"kind": "impact"},
        {"kind": "impact", "organisation": ours.organisation, "need": ours.need},
        {"kind": "progress", "organisation": ours.organisation},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.create(**common, **wrong)


def test_words_of_official_papers(province, lumajang):
    assert money_in_words(1_500_000) == "Rp1.500.000 (satu juta lima ratus ribu rupiah)"
    assert money_in_words(1_000) == "Rp1.000 (seribu rupiah)"
    assert money_in_words(0) == "Rp0 (nol rupiah)"
    assert day_in_words(date(2026, 11, 22)) == (
        "Minggu, tanggal dua puluh dua, bulan November, tahun dua ribu dua puluh enam"
    )
    assert head_of_region(province) == "Gubernur Jawa Timur"
    assert head_of_region(lumajang) == "Bupati Lumajang"
    assert head_of_region(factories.region("35.72")) == "Wali Kota Blitar"


def test_asking_twice_gives_the_first_and_of_another_subject_another(ours, theirs, province, staff):
    first = paper("impact", staff, ours.organisation, province)

    assert paper("impact", staff, ours.organisation, province) == first
    assert paper("impact", staff, theirs.organisation, province) != first
    assert ours.realised.state == CommitmentState.REALISED
