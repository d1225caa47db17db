"""The page of awards: the list under its conditions, the decision, the file."""

import io
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from kpi import queries, services
from kpi.enums import AwardDecision
from kpi.models import Award, Closing
from libraries.models import Library
from tests import factories
from tests.kpi.closed import closed
from tpbis.accounts.enums import Role
from tpbis.core.spreadsheets import read_table

pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER = date(2024, 8, 1), date(2024, 9, 1)
GREEN, RED = 80_000, 10_000


@pytest.fixture
def september(library, other_library) -> Closing:
    closed(AUGUST, {library: GREEN, other_library: RED})
    return closed(SEPTEMBER, {library: GREEN, other_library: 90_000})


@pytest.fixture
def show(client, staff):
    def show(user=staff, **asked):
        client.force_login(user)
        return client.get(reverse("reports:awards"), asked)

    return show


@pytest.fixture
def decide(client, staff):
    def decide(*libraries: Library, user=staff, asked="minimal=1&dari=1", **changes):
        client.force_login(user)
        body = {
            "libraries": [one.pk for one in libraries],
            "decision": "granted",
            "decided_on": "2024-10-20",
            "note": "SK 12/2024",
            **changes,
        }
        return client.post(f"{reverse('reports:awards')}?{asked}", body)

    return decide


def listed(response) -> list[str]:
    return [row.library.name for row in response.context["page"]]


def grant(closing: Closing, library: Library, by, **changes) -> Award:
    said = {"decision": AwardDecision.GRANTED, "decided_on": date(2024, 10, 15), "note": "SK 1"}
    (award,) = services.decide(
        closing=closing, libraries={library.pk: ""}, by=by, **{**said, **changes}
    )
    return award


# --- The list -------------------------------------------------------------------------------------


def test_it_opens_on_the_newest_closing_and_says_how_few_there_are(show, september, library):
    response = show()

    text = response.content.decode()
    assert listed(response) == [library.name]
    assert "KPI portal, penutupan September 2024 (per 15 Oktober 2024 00.00 WIB)" in text
    assert "aturan versi 1" in text
    assert "Sampai bulan itu baru ada 2 penutupan, bukan 3." in text
    assert "2 hijau = 1 memenuhi syarat + 1 kurang sering hijau + 0 bertanda" in text


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ({"minimal": "1", "dari": "2"}, ["Perpustakaan Desa Sumber Ilmu", "Perpustakaan Mawar"]),
        ({"minimal": "2", "dari": "2"}, ["Perpustakaan Desa Sumber Ilmu"]),
        ({"dari": "1"}, ["Perpustakaan Desa Sumber Ilmu", "Perpustakaan Mawar"]),
        ({"tutup": "2024-08"}, ["Perpustakaan Desa Sumber Ilmu"]),
        ({"dari": "1", "wilayah": "35.05"}, ["Perpustakaan Mawar"]),
        ({"dari": "1", "urut": "-poin"}, ["Perpustakaan Mawar", "Perpustakaan Desa Sumber Ilmu"]),
        ({"dari": "1", "keputusan": "granted"}, []),
    ],
)
def test_it_is_narrowed_and_sorted_by_its_address(show, september, asked, who):
    assert listed(show(**asked)) == who


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"tutup": "2024-10"}, "Bulan ini belum ditutup"),
        ({"minimal": "3", "dari": "2"}, "Paling banyak 2"),
        ({"minimal": "0"}, "Pilih angka 1 sampai 12"),
        ({"dari": "13"}, "Pilih angka 1 sampai 12"),
        ({"tanda": "x"}, "Pilih tanda"),
        ({"keputusan": "x"}, "Pilih keputusan"),
        ({"wilayah": "35.99"}, "Pilih wilayah"),
    ],
)
def test_an_impossible_condition_is_refused_with_a_reason(show, september, asked, said):
    response = show(**asked)

    assert response.status_code == 400
    assert said in response.content.decode()
    assert listed(response) == []


def test_without_a_closing_it_says_when_there_will_be_one(show, library):
    assert "Belum ada bulan yang ditutup" in show().content.decode()


def test_nobody_green_is_said(show, library):
    closed(SEPTEMBER, {library: RED})

    assert "Belum ada yang hijau saat penutupan ini" in show().content.decode()


def test_a_pic_sees_the_decisions_of_their_places_and_no_form(
    show, september, library, other_library, staff, pic
):
    grant(september, library, staff)
    grant(september, other_library, staff)

    response = show(pic)

    assert listed(response) == [library.name]
    text = response.content.decode()
    assert "Diberikan" in text
    assert "SK 1" in text
    assert "Putuskan untuk yang dicentang" not in text
    assert 'type="checkbox"' not in text


def test_a_decision_can_be_looked_for(show, september, library, other_library, staff):
    grant(september, library, staff)

    assert listed(show(dari="1", keputusan="granted")) == [library.name]
    assert listed(show(dari="1", keputusan="belum")) == [other_library.name]


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_number_of_queries_however_many_rows(
    client, staff, lumajang, rows, django_assert_num_queries
):
    made = factories.LibraryFactory.create_batch(rows)
    closing = closed(SEPTEMBER, dict.fromkeys(made, GREEN))
    for one in made:
        grant(closing, one, staff)
    client.force_login(staff)

    with django_assert_num_queries(16):
        response = client.get(reverse("reports:awards"))

    assert set(listed(response)) == {one.name for one in made}


# --- The decision ---------------------------------------------------------------------------------


def test_several_are_decided_about_at_once(decide, september, library, other_library, staff):
    response = decide(library, other_library)

    assert response.status_code == 302
    assert response.url == f"{reverse('reports:awards')}?minimal=1&dari=1"
    assert set(Award.objects.values_list("library", "decision", "decided_on", "note")) == {
        (one.pk, "granted", date(2024, 10, 20), "SK 12/2024") for one in (library, other_library)
    }


def test_what_happened_is_said(client, decide, september, library):
    address = decide(library, decision="declined").url

    assert (
        "1 perpustakaan tidak diberi penghargaan September 2024."
        in client.get(address).content.decode()
    )


TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"note": ""}, "note", "Isi catatan."),
        ({"note": "..."}, "note", "Tulis dengan huruf atau angka."),
        ({"decided_on": TOMORROW}, "decided_on", "antara penutupan (15 Oktober 2024)"),
        ({"decided_on": "2024-10-14"}, "decided_on", "antara penutupan (15 Oktober 2024)"),
        ({"decided_on": "32/13/2024"}, "decided_on", ""),
        ({"decision": ""}, "decision", "Pilih keputusan."),
        ({"decision": "maybe"}, "decision", ""),
        ({"libraries": []}, "libraries", "Pilih paling sedikit satu perpustakaan."),
        ({"libraries": ["x"]}, "libraries", "Pilih perpustakaan yang ada di daftar."),
        ({"libraries": ["9" * 40]}, "libraries", "Pilih perpustakaan yang ada di daftar."),
        ({"libraries": ["987654321"]}, "libraries", "Pilih perpustakaan yang ada di daftar."),
    ],
)
def test_bad_input_is_refused_at_its_field_and_keeps_what_was_typed(
    decide, september, library, changes, field, said
):
    response = decide(library, **changes)

    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert said in form.errors[field][0]
    assert not Award.objects.exists()
    if field != "libraries":
        assert re.search(rf'value="{library.pk}" checked', response.content.decode())
    if field != "note":
        assert "SK 12/2024" in response.content.decode()


def test_who_was_not_green_then_is_refused_by_name(decide, library, other_library):
    closed(SEPTEMBER, {library: GREEN, other_library: RED})

    response = decide(library, other_library)

    assert response.status_code == 422
    assert response.context["form"].errors["libraries"] == [
        "Tidak hijau pada penutupan September 2024: Perpustakaan Mawar."
    ]
    assert not Award.objects.exists()


def test_who_does_not_fulfil_the_conditions_is_refused_by_name(decide, september, other_library):
    response = decide(other_library, asked="minimal=2&dari=2")

    assert response.status_code == 422
    assert response.context["form"].errors["libraries"] == [
        "Tidak memenuhi syarat yang dipilih: Perpustakaan Mawar."
    ]


def test_an_impossible_address_decides_nothing(decide, september, library):
    response = decide(library, asked="tutup=2031-01")

    assert response.status_code == 422
    assert not Award.objects.exists()


def test_a_decision_that_was_not_seen_is_not_overwritten(
    decide, september, library, other_library, province
):
    other = factories.someone(Role.PROVINCE_STAFF, province, full_name="Budi Santoso")
    grant(september, library, other)

    response = decide(library, other_library, decision="declined")

    assert response.status_code == 409
    text = response.content.decode()
    assert "Sudah diputuskan orang lain" in text
    assert "Budi Santoso" in text
    assert response.context["ticked"] == {other_library.pk}
    assert list(Award.objects.values_list("decision", flat=True)) == ["granted"]


def test_a_decision_that_was_seen_may_be_changed(decide, show, september, library, staff):
    award = grant(september, library, staff)
    stamp = f'name="seen-{library.pk}" value="([^"]+)"'
    (seen,) = re.findall(stamp, show(dari="1").content.decode())
    assert seen.replace("&#x27;", "'") == queries.award_seen_as(award)

    response = decide(library, decision="declined", **{f"seen-{library.pk}": seen})

    assert response.status_code == 302
    assert Award.objects.get().decision == "declined"


@pytest.mark.parametrize("who", ["pic", "leader", "facilitator", "librarian"])
def test_only_the_province_decides(decide, september, library, who, request):
    response = decide(library, user=request.getfixturevalue(who))

    assert response.status_code == 403
    assert not Award.objects.exists()


# --- The file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_holds_what_the_list_shows(client, pic, september, library, staff, form):
    grant(september, library, staff, note="=SUM(1)")
    client.force_login(pic)

    response = client.get(reverse("reports:awards_export", kwargs={"form": form}))

    head, row = [row.cells for row in read_table(io.BytesIO(response.getvalue())).rows]
    said = dict(zip(head, row, strict=False))
    assert said["Perpustakaan"] == library.name
    assert float(said["Poin saat penutupan"]) == 80
    assert (said["Penutupan hijau"], said["Dari penutupan"]) == ("2", "2")
    assert (said["Keputusan"], said["Tanggal keputusan"]) == ("Diberikan", "2024-10-15")
    assert said["Catatan"] == "=SUM(1)"
    assert "penghargaan-2024-09-" in response["Content-Disposition"]


def test_who_sees_nobodys_names_reads_no_notes_either(client, province, september, library, staff):
    grant(september, library, staff, note="Bu Siti sangat rajin")
    client.force_login(factories.someone(Role.OBSERVER, province))

    page = client.get(reverse("reports:awards"))
    file = client.get(reverse("reports:awards_export", kwargs={"form": "csv"}))

    assert "Diberikan" in page.content.decode()
    assert "Siti" not in page.content.decode() + file.getvalue().decode()


def test_the_workbook_says_what_the_list_is_of(client, staff, september):
    client.force_login(staff)
    response = client.get(
        reverse("reports:awards_export", kwargs={"form": "xlsx"}), {"keputusan": "belum"}
    )

    about = dict(load_workbook(io.BytesIO(response.getvalue()))["Keterangan"].values)

    assert about["KPI portal, penutupan"] == "September 2024"
    assert (about["Versi aturan"], about["Dari penutupan terakhir"]) == ("1", 2)
    assert (about["Tanda"], about["Keputusan"]) == ("Tanpa tanda terbuka", "Belum diputuskan")
    assert about["Hijau saat penutupan"] == 2
    assert (about["Memenuhi syarat"], about["Kurang sering hijau"]) == (1, 1)


def test_without_a_closing_the_file_is_empty(client, staff, library):
    client.force_login(staff)

    response = client.get(reverse("reports:awards_export", kwargs={"form": "xlsx"}))

    assert len(read_table(io.BytesIO(response.getvalue())).rows) == 1


def test_an_impossible_condition_or_form_is_no_file(client, staff, september):
    client.force_login(staff)
    address = reverse("reports:awards_export", kwargs={"form": "csv"})

    refused = client.get(address, {"tutup": "2031-01"})
    unknown = client.get(reverse("reports:awards_export", kwargs={"form": "pdf"}))

    assert (refused.status_code, unknown.status_code) == (400, 404)
    assert "belum ditutup" in refused.content.decode()
