"""What came back stays readable, with what changed since; seals are computed anew on request."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from activities import queries, services
from activities.changes import compare
from activities.enums import Kind, ReturnReason, ReviewAction
from activities.models import SEALED_FIELDS, Activity, MonthlyReport, Photo, ReviewEvent
from activities.photos import StoredPhoto
from activities.services import EntryRemark, Exclusion
from tests import factories
from tpbis.accounts.enums import Role

SEPTEMBER = date(2024, 9, 1)
TWICE = Exclusion(ReturnReason.DOUBLE, "Sama dengan 1 September.")


@pytest.fixture
def sent(library, librarian) -> MonthlyReport:
    """An involvement activity with a photo, and an advocacy entry."""
    report = factories.report(library, librarian, Kind.INVOLVEMENT, Kind.ADVOCACY, month=SEPTEMBER)
    stored = StoredPhoto(sha256="ab" * 32, width=4, height=3, original_name="a.jpg")
    services.attach_photo(
        activity=report.activities.get(kind=Kind.INVOLVEMENT), stored=stored, by=librarian
    )
    return services.submit(report=report, by=librarian)


@pytest.fixture
def involvement(sent) -> Activity:
    return sent.activities.get(kind=Kind.INVOLVEMENT)


@pytest.fixture
def advocacy(sent) -> Activity:
    return sent.activities.get(kind=Kind.ADVOCACY)


@pytest.fixture
def returned(sent, involvement, pic) -> MonthlyReport:
    return services.send_back(
        report=sent,
        reason="",
        comment="",
        by=pic,
        remarks=[
            EntryRemark(involvement.pk, "participants_total", ReturnReason.NUMBERS, "200 <orang>?"),
            EntryRemark(involvement.pk, "", ReturnReason.OTHER, "Sebut tempatnya."),
        ],
    )


def kept(report: MonthlyReport) -> ReviewEvent:
    return report.events.filter(content__isnull=False).latest("pk")


def page_of(event: ReviewEvent) -> str:
    return reverse("activities:version", kwargs={"pk": event.pk})


def address(name: str, report: MonthlyReport) -> str:
    return reverse(f"activities:{name}", kwargs={"pk": report.pk})


# --- In words -------------------------------------------------------------------------------------


def test_changes_are_told_field_by_field():
    uuid = "11111111-0000-4000-8000-000000000000"
    before = {
        "entries": [
            {
                "uuid": uuid,
                "held_on": "2024-09-01",
                "title": "Dana desa",
                "result": "NonDana",
                "amount": None,
                "audiences": ["Kepala Desa"],
                "speakers": 0,
                "photos": ["a", "b"],
                "exclusion": ["ganda", "Sudah ada."],
            }
        ],
        "visits": {"men": 10, "women": 1204, "total": 1214},
        "nihil": True,
    }
    after = {
        "entries": [
            {
                "uuid": uuid,
                "held_on": "2024-09-17",
                "title": "Dana desa",
                "result": "Dana",
                "amount": 1_500_000,
                "audiences": ["Kepala Desa", "Perangkat Daerah"],
                "speakers": None,
                "photos": ["b", "c"],
            }
        ],
        "visits": {"men": 10, "women": 1205, "total": 1215},
        "nihil": False,
    }

    told = queries.told(compare(before, after))

    (entry,) = told.entries
    assert (entry.title, entry.what) == ("Dana desa", "changed")
    assert [(said.label, said.old, said.new) for said in entry.fields] == [
        ("tanggal", "1 September 2024", "17 September 2024"),
        ("sasaran advokasi", "Kepala Desa", "Kepala Desa, Perangkat Daerah"),
        ("hasil", "Bukan dana", "Dana"),
        ("nominal (Rp)", "kosong", "Rp1.500.000"),
        ("jumlah narasumber", "0", "kosong"),
        ("foto", "2 foto", "2 foto, 1 di antaranya baru"),
        ("penilaian", "tidak dihitung: Tercatat dua kali. Sudah ada.", "dihitung"),
    ]
    assert [(said.label, said.old, said.new) for said in told.month] == [
        ("nihil", "ya", "tidak"),
        ("pengunjung perempuan", "1.204", "1.205"),
        ("jumlah pengunjung", "1.214", "1.215"),
    ]


@pytest.mark.parametrize("name", [*SEALED_FIELDS, "held_on", "photos"])
def test_no_field_is_called_by_its_raw_name(name):
    from activities.models import field_label

    assert field_label(name) not in (name, "", "isian lain")


# --- The version ----------------------------------------------------------------------------------


def test_a_returned_version_is_read_with_what_changed_after_it(
    client, librarian, returned, involvement, advocacy
):
    content = factories.content(Kind.INVOLVEMENT, month=SEPTEMBER, participants_total=25)
    services.change(activity=involvement, content=content, by=librarian)
    services.remove(activity=advocacy, by=librarian)
    client.force_login(librarian)

    response = client.get(page_of(kept(returned)))

    version = response.context["version"]
    assert version.fits
    assert [(entry.title, entry.what) for entry in version.changes.entries] == [
        ("Dukungan dana desa", "removed"),
        ("Pelatihan merajut", "changed"),
    ]
    assert "20 peserta" in response.text  # as it was
    assert "Sebut tempatnya." in response.text  # the remark on it
    assert "<del>20</del>" in response.text
    assert "<ins>25</ins>" in response.text
    assert "Dukungan dana desa" in response.text


def test_a_reopened_version_shows_what_was_left_out_and_its_photos(
    client, librarian, pic, sent, involvement
):
    services.approve(report=sent, by=pic, exclusions={involvement.pk: TWICE})
    services.reopen(report=sent, comment="Jumlah keliru.", by=pic)
    services.remove_photo(photo=Photo.objects.get(), by=librarian)
    client.force_login(librarian)

    response = client.get(page_of(kept(sent)))

    assert "Tidak dihitung: Tercatat dua kali." in response.text
    assert "Seperti yang disetujui" in response.text
    address = reverse("activities:old_photo", args=[kept(sent).pk, "ab" * 32, "240"])
    assert f'src="{address}"' in response.text
    assert f"<code>{'ab' * 6}</code>" in response.text
    assert "tanpa foto" in response.text


def test_versions_follow_each_other(client, librarian, pic, returned, involvement):
    first = kept(returned)
    content = factories.content(Kind.INVOLVEMENT, month=SEPTEMBER, participants_total=25)
    services.change(activity=involvement, content=content, by=librarian)
    again = services.submit(report=returned, by=librarian)
    services.approve(report=again, by=pic)
    services.reopen(report=again, comment="Sekali lagi.", by=pic)
    client.force_login(pic)

    response = client.get(page_of(first))

    version = response.context["version"]
    assert version.following == kept(again)
    assert f'href="{page_of(kept(again))}"' in response.text
    assert [said.new for entry in version.changes.entries for said in entry.fields] == ["25"]
    later = client.get(page_of(kept(again))).context["version"]
    assert (later.following, bool(later.changes)) == (None, False)


def test_a_content_that_does_not_fit_says_so(client, pic, sent):
    services.approve(report=sent, by=pic)
    sent.activities.filter(kind=Kind.ADVOCACY).update(title="Diubah diam-diam")
    services.reopen(report=sent, comment="Jumlah keliru.", by=pic)
    client.force_login(pic)

    assert "Tidak cocok dengan isi di halaman ini" in client.get(page_of(kept(sent))).text


@pytest.mark.parametrize("who", ["stranger", "strange_pic"])
def test_somebody_elses_version_does_not_exist(client, request, returned, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(page_of(kept(returned))).status_code == 404


def test_a_step_that_kept_nothing_has_no_version(client, librarian, sent):
    client.force_login(librarian)

    event = sent.events.get(action=ReviewAction.SUBMITTED)
    assert client.get(page_of(event)).status_code == 404


def test_an_observer_reads_no_people_and_no_photos(client, province, pic, returned):
    client.force_login(factories.someone(Role.OBSERVER, province))

    response = client.get(page_of(kept(returned)))

    assert response.status_code == 200
    assert "20 peserta" in response.text
    assert pic.full_name not in response.text
    assert "/foto/" not in response.text
    assert "Sidik foto" not in response.text


@pytest.mark.parametrize("entries", [1, 30])
def test_a_version_asks_the_same_number_of_queries(
    client, librarian, pic, library, entries, django_assert_num_queries
):
    report = factories.report(library, librarian, *[Kind.INVOLVEMENT] * entries, month=SEPTEMBER)
    for number, entry in enumerate(report.activities.all()):
        Photo.objects.create(activity=entry, sha256=f"{number:064x}", width=4, height=3)
    sent = services.submit(report=report, by=librarian)
    services.send_back(report=sent, reason=ReturnReason.PHOTO, comment="Buram.", by=pic)
    client.force_login(librarian)
    client.get(reverse("help"))  # the session gets its form token once

    with django_assert_num_queries(10):
        client.get(page_of(kept(sent)))


# --- The report page ------------------------------------------------------------------------------


def test_remarks_stand_at_their_entries_with_the_way_to_the_field(
    client, librarian, returned, involvement
):
    client.force_login(librarian)

    text = client.get(address("report", returned)).text

    edit = reverse("activities:edit", kwargs={"pk": involvement.pk})
    assert f'href="{edit}#bidang-participants_total"' in text
    assert f'href="{edit}"' in text
    assert "200 &lt;orang&gt;?" in text
    assert "Jumlah peserta: Angka tidak masuk akal." in text
    assert f'href="{page_of(kept(returned))}"' in text


def test_who_may_not_mend_reads_the_remarks_without_a_way(client, pic, returned, involvement):
    client.force_login(pic)

    text = client.get(address("report", returned)).text

    assert "Sebut tempatnya." in text
    assert reverse("activities:edit", kwargs={"pk": involvement.pk}) not in text


def test_remarks_go_when_it_is_sent_again(client, librarian, returned):
    services.submit(report=returned, by=librarian)
    client.force_login(librarian)

    assert "Sebut tempatnya." not in client.get(address("report", returned)).text


@pytest.mark.parametrize("actor", ["librarian", "pic", "staff"])
def test_what_was_left_out_says_why(client, request, pic, sent, involvement, actor):
    services.approve(report=sent, by=pic, exclusions={involvement.pk: TWICE})
    client.force_login(request.getfixturevalue(actor))

    text = client.get(address("report", sent)).text

    assert "Tidak dihitung: Tercatat dua kali." in text
    assert "Sama dengan 1 September." in text
    assert "(1 tidak dihitung)" in text


# --- Seals ----------------------------------------------------------------------------------------


def test_a_seal_that_fits(client, librarian, pic, sent, involvement):
    services.approve(report=sent, by=pic, exclusions={involvement.pk: TWICE})
    client.force_login(librarian)

    response = client.get(address("seal_check", sent))

    assert response.context["fits"]
    assert "<h1>Segel cocok</h1>" in response.text


@pytest.mark.parametrize(
    "tamper",
    [
        lambda report: report.activities.filter(kind=Kind.ADVOCACY).update(amount=9),
        lambda report: MonthlyReport.objects.filter(pk=report.pk).update(
            visits_men=9, visits_women=1, visits_total=10
        ),
        lambda report: Photo.objects.update(sha256="cd" * 32),
        lambda report: report.activities.filter(kind=Kind.ADVOCACY).update(
            exclusion="ganda", exclusion_comment="Diam-diam."
        ),
    ],
    ids=["entry", "visits", "photo", "exclusion"],
)
def test_a_seal_that_does_not_is_seen_on_the_page_and_by_the_command(
    client, librarian, pic, sent, tamper, capsys
):
    services.approve(report=sent, by=pic)
    tamper(sent)
    client.force_login(librarian)

    response = client.get(address("seal_check", sent))

    assert "<h1>Segel tidak cocok</h1>" in response.text
    with pytest.raises(CommandError, match="1 dari 1 laporan tidak cocok"):
        call_command("check_seals")
    assert sent.receipt in capsys.readouterr().out


def test_the_command_finds_nothing_where_all_is_well(pic, sent, capsys):
    services.approve(report=sent, by=pic)

    call_command("check_seals")
    call_command("check_seals", bulan="2024-08")

    assert capsys.readouterr().out.splitlines() == [
        "1 laporan bersegel, semuanya cocok.",
        "0 laporan bersegel, semuanya cocok.",
    ]


def test_the_command_reads_months(db):
    with pytest.raises(CommandError, match="tidak dikenal"):
        call_command("check_seals", bulan="2024-13")


@pytest.mark.parametrize("reports", [1, 3])
def test_the_command_asks_the_same_number_of_queries(
    librarian, pic, library, reports, django_assert_num_queries
):
    for month in range(1, reports + 1):
        factories.approved(library, librarian, pic, *Kind, month=date(2024, month, 1))

    with django_assert_num_queries(4):
        assert list(queries.broken_seals(MonthlyReport.objects.all())) == []


def test_what_is_not_sealed_leads_back_to_the_report(client, librarian, sent):
    client.force_login(librarian)

    assert client.get(address("seal_check", sent)).url == sent.get_absolute_url()


def test_somebody_elses_seal_does_not_exist(client, stranger, pic, sent):
    services.approve(report=sent, by=pic)
    client.force_login(stranger)

    assert client.get(address("seal_check", sent)).status_code == 404
