import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from activities.enums import Kind
from activities.models import MonthlyReport
from kpi import services as kpi_services
from kpi.enums import Measure, RuleGroup
from kpi.models import RuleSet, Score
from kpi.queries import rules as queries
from kpi.services import rules as services
from libraries.models import Library
from tests import factories
from tests.kpi.conftest import SEPTEMBER, wib
from tpbis.accounts.enums import Role
from tpbis.core import periods


@pytest.fixture
def first(db) -> RuleSet:
    return RuleSet.objects.get(group=RuleGroup.VILLAGE, version=1)


@pytest.fixture
def draft(first, staff) -> RuleSet:
    return services.draft_from(first, by=staff)


@pytest.fixture
def province_client(client, staff):
    client.force_login(staff)
    return client


def at(page: str, rule_set: RuleSet, **more) -> str:
    return reverse(f"kpi:{page}", kwargs={"pk": rule_set.pk, **more})


def form_of(client, draft) -> dict[str, object]:
    """What a browser sends when nothing was touched."""
    form = client.get(at("rule_change", draft)).context["form"]
    said = {name: form[name].value() for name in form.fields if name != "total"}
    return {"versi": services.saved_at(draft), **said}


def errors_of(response) -> dict[str, list[str]]:
    return {name: list(texts) for name, texts in response.context["form"].errors.items()}


# --- The list -------------------------------------------------------------------------------------


def test_the_list_says_which_version_holds_and_which_drafts_there_are(province_client, draft):
    response = province_client.get(reverse("kpi:rules"))

    village, regency = response.context["groups"]
    assert [(row.rule_set.version, row.when) for row in village.versions] == [(1, "now")]
    assert [one.pk for one in village.drafts] == [draft.pk]
    assert regency.drafts == []
    assert at("rule_change", draft) in response.content.decode()


def test_a_version_that_comes_later_says_so(province_client):
    tomorrow = timezone.localdate() + timedelta(days=1)
    factories.rule_set(valid_from=tomorrow)

    response = province_client.get(reverse("kpi:rules"))

    village = response.context["groups"][0]
    assert [(row.rule_set.version, row.when) for row in village.versions] == [
        (2, "later"),
        (1, "now"),
    ]


@pytest.mark.parametrize("role", ["leader", "pic", "facilitator"])
def test_others_read_what_is_published_and_no_draft(request, client, draft, first, role):
    client.force_login(request.getfixturevalue(role))

    response = client.get(reverse("kpi:rules"))

    assert [group.drafts for group in response.context["groups"]] == [[], []]
    assert "Buat draf" not in response.content.decode()
    assert client.get(at("rule_set", first)).status_code == 200
    assert client.get(at("rule_set", draft)).status_code == 404


def test_an_observer_is_told_no_names(client, province, staff, draft):
    published = services.publish(
        draft=draft,
        valid_from=queries.open_from(),
        note="Baru",
        seen=None,
        by=staff,
    )
    client.force_login(factories.someone(Role.OBSERVER, province))

    pages = [client.get(reverse("kpi:rules")), client.get(at("rule_set", published))]

    assert all(staff.full_name not in page.content.decode() for page in pages)


@pytest.mark.parametrize("drafts", [1, 3])
def test_the_list_asks_as_many_queries_however_many_rows(
    province_client, first, staff, drafts, django_assert_num_queries
):
    for days in range(drafts):
        services.draft_from(first, by=staff)
        factories.rule_set(valid_from=timezone.localdate() + timedelta(days=days))
    province_client.get(reverse("kpi:rules"))

    with django_assert_num_queries(6):
        response = province_client.get(reverse("kpi:rules"))

    assert len(response.context["groups"][0].drafts) == drafts


# --- Drafting -------------------------------------------------------------------------------------


def test_a_draft_is_made_by_a_press_and_opened(province_client, first):
    response = province_client.post(at("rule_draft", first))

    draft = RuleSet.objects.drafts().get()
    assert response.url == at("rule_change", draft)
    assert services.content_of(draft).indicators == services.content_of(first).indicators


def test_a_draft_is_saved_and_its_consequences_shown(province_client, draft):
    said = form_of(province_client, draft)
    said |= {"points_involvement": "30", "points_advocacy": "15", "green_above": "70"}
    said |= {"count_advocacy": "2", "per_advocacy": "1", "note": "Uji coba"}

    response = province_client.post(at("rule_change", draft), said)

    assert response.url == at("rule_preview", draft)
    draft = RuleSet.objects.get(pk=draft.pk)
    assert (draft.green_above, draft.yellow_above, draft.note) == (70_000, 25_000, "Uji coba")
    advocacy = draft.indicators.get(measure="advocacy")
    assert (advocacy.points, advocacy.count, advocacy.per_months) == (15, 2, 1)


def test_a_measure_without_points_is_left_out_whatever_its_row_says(province_client, draft):
    said = form_of(province_client, draft)
    said |= {"points_publications": "0", "count_publications": "", "points_involvement": "35"}

    assert province_client.post(at("rule_change", draft), said).status_code == 302
    assert not draft.indicators.filter(measure="publications").exists()

    form = province_client.get(at("rule_change", draft)).context["form"]
    assert form["points_publications"].value() == 0
    back = form_of(province_client, RuleSet.objects.get(pk=draft.pk))
    back |= {"points_publications": "10", "points_involvement": "25"}
    assert province_client.post(at("rule_change", draft), back).status_code == 302
    assert draft.indicators.filter(measure="publications", component="publication").exists()


@pytest.mark.parametrize(
    ("typed", "field", "reason"),
    [
        ({"points_involvement": "20"}, "total", "Jumlahnya 95, harus 100: kurang 5."),
        ({"points_involvement": "31"}, "total", "Jumlahnya 106, harus 100: kelebihan 6."),
        ({"count_advocacy": "0"}, "count_advocacy", "Paling sedikit 1."),
        ({"count_advocacy": ""}, "count_advocacy", "Isi target kegiatan advokasi."),
        ({"count_advocacy": "banyak"}, "count_advocacy", "Tulis angka bulat"),
        ({"count_advocacy": "1e9"}, "count_advocacy", "Tulis angka bulat"),
        ({"count_advocacy": "-3"}, "count_advocacy", "Tulis angka bulat"),
        ({"count_advocacy": "NaN"}, "count_advocacy", "Tulis angka bulat"),
        ({"count_advocacy": "1/2"}, "count_advocacy", "Tulis angka bulat"),
        ({"count_advocacy": "1,5"}, "count_advocacy", "Tulis angka bulat"),
        ({"count_advocacy": "10001"}, "count_advocacy", "paling banyak 10.000"),
        ({"points_advocacy": "99999999999999999999"}, "points_advocacy", "paling banyak 100"),
        ({"points_advocacy": ""}, "points_advocacy", "Isi poin kegiatan advokasi."),
        ({"per_advocacy": "3"}, "per_advocacy", "3"),
        ({"component_advocacy": "lain"}, "component_advocacy", "lain"),
        ({"ceiling_advocacy": "32"}, "ceiling_advocacy", "paling banyak 20"),
        ({"effort_advocacy": "0"}, "effort_advocacy", "Paling sedikit 1."),
        ({"count_visit_months": "2"}, "count_visit_months", "paling banyak 1"),
        ({"green_above": "25"}, "green_above", "di atas batas kuning (25)"),
        ({"green_above": "100"}, "green_above", "Paling tinggi 99"),
        ({"green_above": "101"}, "green_above", "paling banyak 100"),
        ({"yellow_above": "-1"}, "yellow_above", "Tulis angka bulat"),
        ({"yellow_above": "75,5"}, "yellow_above", "Tulis angka bulat"),
        ({"general": []}, "general", "Pilih komponen umum."),
        ({"general": ["visit_months"]}, "general", "visit_months"),
        ({"noise_gap": ""}, "noise_gap", "Isi jarak wajar."),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field_and_stays_typed(
    province_client, draft, typed, field, reason
):
    before = services.content_of(draft)

    response = province_client.post(
        at("rule_change", draft), form_of(province_client, draft) | typed
    )

    assert response.status_code == 422
    assert list(errors_of(response)) == [field]
    assert reason in errors_of(response)[field][0]
    for name, value in typed.items():
        assert response.context["form"][name].value() == value
    assert f'href="#bidang-{field}"' in response.content.decode()
    assert f'id="bidang-{field}"' in response.content.decode()
    assert services.content_of(RuleSet.objects.get(pk=draft.pk)) == before


def test_everything_that_is_wrong_is_said_at_once(province_client, draft):
    said = form_of(province_client, draft)
    said |= {"count_advocacy": "banyak", "points_involvement": "20", "count_service": "0"}
    said |= {"green_above": "20", "component_visit_months": ""}

    response = province_client.post(at("rule_change", draft), said)

    assert set(errors_of(response)) == {
        "count_advocacy",
        "total",
        "count_service",
        "green_above",
        "component_visit_months",
    }


def test_what_is_reckoned_with_a_wrong_number_is_not_said(province_client, draft):
    said = form_of(province_client, draft)
    said |= {"points_involvement": "x", "points_service": "1", "yellow_above": "x"}
    said |= {"green_above": "1"}

    response = province_client.post(at("rule_change", draft), said)

    assert set(errors_of(response)) == {"points_involvement", "yellow_above"}


def test_adding_up_saves_nothing_and_needs_no_script(province_client, draft):
    said = form_of(province_client, draft) | {"points_involvement": "20", "langkah": "hitung"}

    response = province_client.post(at("rule_change", draft), said)

    assert response.status_code == 200
    assert response.context["form"].sum_of_points == 95
    assert "Jumlahnya 95" in response.content.decode()
    assert draft.indicators.get(measure="involvement").points == 25


def test_what_is_no_number_adds_nothing(province_client, draft):
    said = form_of(province_client, draft) | {"points_involvement": "dua", "langkah": "hitung"}

    response = province_client.post(at("rule_change", draft), said)

    assert response.context["form"].sum_of_points == 75


def test_the_second_of_two_to_save_sees_what_differs_and_may_decide(province_client, draft):
    mine = form_of(province_client, draft) | {"green_above": "60"}
    theirs = form_of(province_client, draft) | {"green_above": "70", "noise_gap": "4"}
    province_client.post(at("rule_change", draft), theirs)

    refused = province_client.post(at("rule_change", draft), mine)

    assert refused.status_code == 409
    assert [(one.stored, one.typed) for one in refused.context["differences"]] == [
        ("70", "60"),
        ("4", "5"),
    ]
    assert RuleSet.objects.get(pk=draft.pk).green_above == 70_000

    again = mine | {"versi": refused.context["seen"]}
    assert province_client.post(at("rule_change", draft), again).status_code == 302
    assert RuleSet.objects.get(pk=draft.pk).green_above == 60_000


@pytest.mark.parametrize("seen", ["", "kemarin", "2024-01-01T00:00:00+00:00"])
def test_who_cannot_say_what_was_seen_overwrites_nothing(province_client, draft, seen):
    said = form_of(province_client, draft) | {"versi": seen, "green_above": "60"}

    assert province_client.post(at("rule_change", draft), said).status_code == 409
    assert RuleSet.objects.get(pk=draft.pk).green_above == 75_000


def test_a_draft_is_discarded_by_a_press(province_client, draft):
    response = province_client.post(at("rule_discard", draft))

    assert response.url == reverse("kpi:rules")
    assert not RuleSet.objects.drafts().exists()


@pytest.mark.parametrize(
    ("page", "step"),
    [("rule_change", "change_draft"), ("rule_discard", "discard"), ("rule_publish", "publish")],
)
def test_a_draft_discarded_between_two_looks_is_told_of(
    province_client, draft, monkeypatch, page, step
):
    said = form_of(province_client, draft)
    said |= {"valid_from": queries.open_from().isoformat(), "note": "Baru"}

    def discarded_meanwhile(**_asked):
        raise services.DraftIsGone

    monkeypatch.setattr(services, step, discarded_meanwhile)
    response = province_client.post(at(page, draft), said, follow=True)

    assert response.redirect_chain == [(reverse("kpi:rules"), 302)]
    assert "baru saja dibuang orang lain" in response.content.decode()


def test_a_draft_published_between_two_looks_is_told_of(province_client, draft, monkeypatch):
    said = form_of(province_client, draft)
    published = RuleSet.objects.get(pk=draft.based_on_id)

    def published_meanwhile(**_asked):
        raise services.AlreadyPublished(published)

    monkeypatch.setattr(services, "change_draft", published_meanwhile)
    response = province_client.post(at("rule_change", draft), said)

    assert response.status_code == 409
    assert "sudah terbit sebagai versi 1" in response.content.decode()


def test_a_published_version_has_no_preview_to_take_along(province_client, first):
    address = at("rule_preview_export", first, form="csv")

    assert province_client.get(address).url == at("rule_set", first)


@pytest.mark.parametrize("page", ["rule_change", "rule_preview", "rule_publish"])
def test_a_published_version_is_only_read(province_client, first, page):
    assert province_client.get(at(page, first)).url == at("rule_set", first)


@pytest.mark.parametrize("page", ["rule_change", "rule_publish", "rule_discard"])
def test_whoever_would_change_a_published_version_is_told_why_not(province_client, first, page):
    response = province_client.post(at(page, first), {"valid_from": "2030-01-01", "note": "x"})

    assert response.status_code == 409
    assert "sudah terbit sebagai versi 1" in response.content.decode()


def test_every_measure_is_explained_beside_its_fields(province_client, draft):
    page = province_client.get(at("rule_change", draft)).content.decode()

    for measure in Measure:
        assert measure.what_counts in page


# --- Previewing -----------------------------------------------------------------------------------


@pytest.fixture
def easier(draft, staff, library, other_library, approve) -> RuleSet:
    """By this draft Sumber Ilmu would be green; it is red."""
    approve(*Kind)
    kpi_services.count(MonthlyReport.objects.all())
    kpi_services.rescore(Library.objects.all(), SEPTEMBER, as_of=wib(2024, 10, 20))
    RuleSet.objects.filter(pk=draft.pk).update(yellow_above=5_000, green_above=6_000)
    return RuleSet.objects.get(pk=draft.pk)


def test_a_preview_counts_by_regency_and_lists_who_moves(province_client, easier, library):
    response = province_client.get(at("rule_preview", easier), {"sampai": "2024-09"})

    assert response.context["short"].colours == (
        ("green", 0, 1),
        ("yellow", 0, 0),
        ("red", 1, 0),
        ("grey", 1, 1),
    )
    assert response.context["transitions"] == [("red", "green")]
    assert {
        (row.region.code, row.libraries, row.up, row.down) for row in response.context["regencies"]
    } == {("35.08", 1, 1, 0), ("35.05", 1, 0, 0)}
    (row,) = response.context["page"]
    assert (row.name, row.regency.code) == (library.name, "35.08")
    assert Score.objects.get(library=library).colour == "red"


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"wilayah": "35.08"}, 1),
        ({"wilayah": "35.05"}, 0),
        ({"dari": "red", "ke": "green"}, 1),
        ({"dari": "yellow", "ke": "green"}, 0),
        ({"wilayah": "99", "dari": "x", "ke": "y", "urut": "x", "hal": "x"}, 0),
    ],
)
def test_the_list_of_a_preview_is_narrowed_by_its_links(province_client, easier, asked, rows):
    response = province_client.get(at("rule_preview", easier), {"sampai": "2024-09", **asked})

    assert response.status_code == 200
    assert len(response.context["page"]) == rows
    assert response.context["short"].moves == 1


def test_the_running_span_is_shown_and_the_last_closed_one_a_click_away(province_client, draft):
    response = province_client.get(at("rule_preview", draft))

    running = periods.Period.opening().end
    assert response.context["preview"].through == running
    assert [month for month, _code in response.context["spans"]] == list(
        dict.fromkeys([running, queries.last_closed_month()])
    )


def test_a_month_that_cannot_be_meant_is_refused(province_client, draft):
    assert province_client.get(at("rule_preview", draft), {"sampai": "2999-13"}).status_code == 400


def test_the_list_is_taken_along_as_csv_and_xlsx(province_client, easier, library):
    asked = {"sampai": "2024-09"}

    as_csv = province_client.get(at("rule_preview_export", easier, form="csv"), asked)
    as_xlsx = province_client.get(at("rule_preview_export", easier, form="xlsx"), asked)

    text = as_csv.getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["Perpustakaan"] == library.name
    assert (row["Warna sekarang"], row["Warna pembanding"]) == ("Merah", "Hijau")
    assert (row["Aturan sekarang"], row["Aturan pembanding"]) == ("versi 1", str(easier))
    assert row["Skor s.d. bulan"] == "2024-09"
    sheet = load_workbook(io.BytesIO(as_xlsx.getvalue())).active
    assert [str(cell.value) for cell in sheet[2]] == list(row.values())


def test_another_kind_of_file_does_not_exist(province_client, draft):
    address = at("rule_preview_export", draft, form="pdf")

    assert province_client.get(address).status_code == 404


@pytest.mark.parametrize("libraries", [1, 3])
def test_a_preview_asks_as_many_queries_however_many_move(
    province_client, draft, lumajang, libraries, django_assert_num_queries
):
    for _number in range(libraries):
        one = factories.LibraryFactory()
        Score.objects.create(
            library=one,
            through=SEPTEMBER,
            rule_set=draft.based_on,
            months_due=1,
            involvement=9,
            advocacy=9,
            service=9,
            sustainability=1,
            points=70_000,
            colour="yellow",
        )
    RuleSet.objects.filter(pk=draft.pk).update(green_above=60_000)
    asked = {"sampai": "2024-09"}
    province_client.get(at("rule_preview", draft), asked)

    with django_assert_num_queries(14):
        response = province_client.get(at("rule_preview", draft), asked)

    assert len(response.context["page"]) == libraries


# --- Publishing -----------------------------------------------------------------------------------


def published_by(client, draft, **typed):
    said = {
        "versi": services.saved_at(draft),
        "valid_from": queries.open_from().isoformat(),
        "note": "Advokasi lebih berat.",
    }
    return client.post(at("rule_publish", draft), said | typed)


def test_a_draft_is_published_with_a_day_and_a_note(province_client, draft, staff):
    response = published_by(province_client, draft)

    draft.refresh_from_db()
    assert response.url == at("rule_set", draft)
    assert (draft.version, draft.publisher, draft.note) == (2, staff, "Advokasi lebih berat.")
    page = province_client.get(response.url).content.decode()
    assert "Versi 2 terbit" in page
    assert "Buang draf" not in page


@pytest.mark.parametrize(
    ("typed", "field", "reason"),
    [
        ({"note": ""}, "note", "Isi catatan."),
        ({"note": "   "}, "note", "Isi catatan."),
        ({"valid_from": ""}, "valid_from", "Isi berlaku sejak."),
        ({"valid_from": "kapan-kapan"}, "valid_from", "tidak dikenal"),
        ({"valid_from": "2018-01-01"}, "valid_from", "sudah ditutup"),
        ({"valid_from": "2999-01-01"}, "valid_from", "Paling lambat"),
    ],
)
def test_a_day_or_a_note_that_will_not_do_is_refused_at_its_field(
    province_client, draft, typed, field, reason
):
    response = published_by(province_client, draft, **typed)

    assert response.status_code == 422
    assert list(errors_of(response)) == [field]
    assert reason in errors_of(response)[field][0]
    assert RuleSet.objects.get(pk=draft.pk).is_draft


def test_a_day_that_has_a_version_is_refused_at_its_field(province_client, draft):
    factories.rule_set(valid_from=queries.open_from())

    response = published_by(province_client, draft)

    assert (response.status_code, list(errors_of(response))) == (422, ["valid_from"])


def test_the_second_tab_is_told_that_it_is_published(province_client, draft):
    published_by(province_client, draft)

    response = published_by(province_client, draft)

    assert response.status_code == 409
    assert "sudah terbit sebagai versi 2" in response.content.decode()
    assert RuleSet.objects.published().filter(group=RuleGroup.VILLAGE).count() == 2


def test_a_draft_saved_meanwhile_is_looked_at_again_first(province_client, draft):
    RuleSet.objects.filter(pk=draft.pk).update(
        green_above=60_000, changed_at=draft.changed_at + timedelta(seconds=1)
    )

    response = published_by(province_client, draft)

    assert response.status_code == 409
    assert "Draf ini baru saja disimpan lagi" in response.content.decode()
    again = published_by(province_client, draft, versi=response.context["seen"])
    assert again.status_code == 302


def test_a_draft_that_cannot_be_meant_is_refused_with_the_reason(province_client):
    rows = [row for row in factories.FIRST_INDICATORS if row[1] != "publications"]
    lacking = factories.rule_set(indicators=rows)

    response = published_by(province_client, lacking)

    assert response.status_code == 422
    assert "Jumlahnya 90" in response.content.decode()


def test_the_page_that_publishes_says_what_comes_of_it(province_client, easier):
    response = province_client.get(at("rule_publish", easier))

    assert response.context["short"].through == periods.Period.opening().end
    first_of_next = periods.add_months(periods.this_month(), 1)
    assert response.context["form"].initial["valid_from"] == first_of_next
