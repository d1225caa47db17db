"""Nothing that was typed is lost: two tabs, a second content, a session that ended, a form that
comes again; and what a form offers by itself."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import services
from activities.enums import Kind, ReturnReason
from activities.models import Activity, EntryDraft, MonthlyReport
from activities.services import EntryRemark
from libraries.enums import ReportingMode
from tests import factories
from tpbis.core import periods

SEPTEMBER = date(2024, 9, 1)
AUGUST = date(2024, 8, 1)
NUMBER = "00000000-0000-4000-8000-00000000000a"
KEEP = reverse("activities:draft_keep", kwargs={"uuid": NUMBER})
FORM = reverse("activities:record_kind", kwargs={"kind": "pelibatan"})
RECORD = reverse("activities:record")
ANSWERS = {
    "title": "Pelatihan merajut",
    "theme": "Ekonomi",
    "format": "Pelatihan",
    "audience": "Umum",
    "participants_total": "20",
}


@pytest.fixture
def signed_in(client, librarian):
    client.force_login(librarian)
    return client


@pytest.fixture
def entry(library, librarian) -> Activity:
    return factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER).activities.get()


@pytest.fixture
def page(entry) -> str:
    return reverse("activities:edit", kwargs={"pk": entry.pk})


def answers(**more):
    return {"held_on": "2024-09-12", "uuid": str(uuid.uuid4()), **ANSWERS, **more}


def values(response, name: str) -> list[str]:
    return re.findall(rf'name="{name}"[^>]*value="([^"]*)"', response.text)


# --- Two tabs -------------------------------------------------------------------------------------


def test_a_second_tab_does_not_write_over_the_first(signed_in, entry, page):
    seen = values(signed_in.get(page), "version")[0]
    signed_in.post(page, answers(version=seen, title="Dari tab pertama"))

    stale = signed_in.post(page, answers(version=seen, title="Dari tab kedua", place="Balai desa"))

    entry.refresh_from_db()
    assert (stale.status_code, entry.title) == (409, "Dari tab pertama")
    told = {row.label: (row.stored, row.typed) for row in stale.context["rows"]}
    assert told == {
        "Nama kegiatan": ("Dari tab pertama", "Dari tab kedua"),
        "Tempat": ("–", "Balai desa"),
    }
    assert values(stale, "title") == ["Dari tab kedua"]


def test_saving_again_is_a_decision(signed_in, entry, page):
    signed_in.post(page, answers(version="1", title="Pertama"))
    stale = signed_in.post(page, answers(version="1", title="Kedua"))

    signed_in.post(page, answers(version=values(stale, "version")[0], title="Kedua"))

    entry.refresh_from_db()
    assert entry.title == "Kedua"


def test_the_same_change_sent_twice_is_no_conflict(signed_in, entry, page):
    sent = answers(version="1", title="Sekali saja")

    replies = [signed_in.post(page, sent) for _time in range(2)]

    entry.refresh_from_db()
    assert [reply.status_code for reply in replies] == [302, 302]
    assert entry.version == 2


@pytest.mark.parametrize("version", ["", "abc", "-1", "9" * 40, "٣"])
def test_a_version_that_cannot_be_meant_is_none(signed_in, entry, page, version):
    response = signed_in.post(page, answers(version=version, title="Baru"))

    assert response.status_code == 302


def test_what_was_typed_about_a_deleted_entry_becomes_a_new_one(
    signed_in, entry, page, monkeypatch
):
    def gone(**_told):
        raise services.EntryGone

    with monkeypatch.context() as patch:
        patch.setattr(services, "change", gone)
        response = signed_in.post(page, answers(title="Tetap perlu"))
    services.remove(activity=entry, by=response.wsgi_request.user)

    action = re.search(r'action="([^"]*)"[^>]*data-tpbis-entry', response.text)[1]
    number = values(response, "uuid")[0]
    signed_in.post(action.replace("&amp;", "&"), answers(title="Tetap perlu", uuid=number))

    assert response.status_code == 409
    assert Activity.objects.get().title == "Tetap perlu"


def test_visitors_that_changed_meanwhile_are_not_written_over(signed_in, entry):
    address = reverse("activities:visits", kwargs={"pk": entry.report_id})
    seen = values(signed_in.get(entry.report.get_absolute_url()), "seen")[0]
    signed_in.post(address, {"men": "1", "women": "2", "seen": seen})

    stale = signed_in.post(address, {"men": "5", "women": "6", "seen": seen})
    meant = signed_in.post(address, {"men": "5", "women": "6", "seen": values(stale, "seen")[0]})

    assert (seen, stale.status_code, meant.status_code) == ("10-12", 409, 302)
    assert "sudah tersimpan 1 laki-laki dan 2 perempuan" in stale.text
    assert values(stale, "men") == ["5"]
    assert MonthlyReport.objects.get().visits_total == 11


# --- A second content -----------------------------------------------------------------------------


@pytest.fixture
def twin(entry, library, librarian) -> EntryDraft:
    return services.keep_twin(
        library=library,
        uuid=entry.uuid,
        kind=Kind.INVOLVEMENT,
        is_snapshot=False,
        fields={name: [value] for name, value in answers(title="Lomba").items() if name != "uuid"},
        by=librarian,
    )


@pytest.fixture
def compare(twin) -> str:
    return reverse("activities:compare", kwargs={"pk": twin.entry_id, "draft": twin.pk})


def test_two_contents_stand_side_by_side(signed_in, compare):
    response = signed_in.get(compare)

    differing = {
        row.name: (row.stored, row.typed) for row in response.context["rows"] if row.is_one
    }
    assert differing == {
        "held_on": ("1 September 2024", "12 September 2024"),
        "title": ("Pelatihan merajut", "Lomba"),
    }
    assert "Pakai isi ini" in response.text


def test_the_second_content_is_taken(signed_in, compare, entry):
    response = signed_in.post(compare, {"cara": "pakai"})

    entry.refresh_from_db()
    assert (response.url, entry.title) == (entry.report.get_absolute_url(), "Lomba")
    assert not EntryDraft.objects.exists()


def test_the_second_content_is_thrown_away(signed_in, compare, entry):
    signed_in.post(compare, {"cara": "buang"})

    entry.refresh_from_db()
    assert entry.title == "Pelatihan merajut"
    assert not EntryDraft.objects.exists()


def test_the_second_content_becomes_an_entry_of_its_own(signed_in, compare, entry):
    form = signed_in.post(compare, {"cara": "pisah"}, follow=True)

    signed_in.post(FORM, answers(title="Lomba", uuid=values(form, "uuid")[0]))

    assert values(form, "title") == ["Lomba"]
    assert Activity.objects.count() == 2
    assert not EntryDraft.objects.exists()


def test_a_second_content_that_does_not_fit_says_why(signed_in, compare, twin):
    twin.fields["held_on"] = ["2024-10-02"]
    twin.save()

    response = signed_in.post(compare, {"cara": "pakai"})

    assert response.status_code == 422
    assert "bagian dari laporan September 2024" in response.text


def test_what_was_sent_is_not_replaced(signed_in, compare, entry, librarian):
    services.submit(report=entry.report, by=librarian)

    shown = signed_in.get(compare)
    tried = signed_in.post(compare, {"cara": "pakai"})

    assert "Pakai isi ini" not in shown.text
    assert tried.status_code == 409
    assert EntryDraft.objects.exists()


@pytest.mark.parametrize("actor", ["stranger", "pic"])
def test_nobody_else_compares(client, request, compare, actor):
    client.force_login(request.getfixturevalue(actor))

    assert client.get(compare).status_code == (404 if actor == "stranger" else 403)


def test_a_form_sent_again_with_other_words_shows_both_and_keeps_the_second(signed_in, entry):
    response = signed_in.post(FORM, answers(uuid=str(entry.uuid), title="Lomba"))

    draft = EntryDraft.objects.get()
    assert response.status_code == 409
    assert "Lomba" in {row.typed for row in response.context["rows"]}
    assert (values(response, "uuid"), draft.fields["title"]) == ([str(draft.uuid)], ["Lomba"])


# --- Half-written ---------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_opens_again_however_wrong(signed_in, library):
    typed = {"kind": "pelibatan", "title": "Kelas", "participants_total": "dua belas"}
    kept = signed_in.post(KEEP, typed)
    listed = signed_in.get(RECORD)

    opened = signed_in.get(FORM, {"draf": NUMBER})

    at = timezone.localtime(EntryDraft.objects.get().updated_at)
    assert kept.json() == {"state": "kept", "at": f"{at:%H.%M} WIB"}
    assert f"{FORM}?draf={NUMBER}" in listed.text
    assert values(opened, "title") == ["Kelas"]
    assert values(opened, "participants_total") == ["dua belas"]
    assert values(opened, "uuid") == [NUMBER]


def test_several_choices_open_again(signed_in, library):
    signed_in.post(KEEP, {"kind": "advokasi", "audiences": ["Swasta", "Lainnya"]})

    address = reverse("activities:record_kind", kwargs={"kind": "advokasi"})
    form = signed_in.get(address, {"draf": NUMBER}).context["form"]

    assert form["audiences"].value() == ["Swasta", "Lainnya"]


def test_a_snapshot_opens_as_one(signed_in, library):
    signed_in.post(KEEP, {"kind": "peningkatan", "bentuk": "potret", "books": "1.250"})

    address = reverse("activities:record_kind", kwargs={"kind": "peningkatan"})
    opened = signed_in.get(address, {"draf": NUMBER})

    assert values(opened, "books") == ["1.250"]


def test_saving_takes_the_draft_away(signed_in, library):
    signed_in.post(KEEP, {"kind": "pelibatan", "title": "Kelas"})

    signed_in.post(FORM, answers(uuid=NUMBER))
    late = signed_in.post(KEEP, {"kind": "pelibatan", "title": "Kelas"})

    assert late.json() == {"state": "stored"}
    assert not EntryDraft.objects.exists()


@pytest.mark.parametrize("asked", [NUMBER, "bukan", "", "\u0663"])
def test_a_draft_that_is_gone_opens_a_blank_form(signed_in, library, asked):
    response = signed_in.get(FORM, {"draf": asked})

    assert response.status_code == 200
    assert "sudah tersimpan atau dibuang" in response.text


def test_somebody_elses_draft_is_not_there(signed_in, client, library, stranger):
    signed_in.post(KEEP, {"kind": "pelibatan", "title": "Rahasia"})
    client.force_login(stranger)

    opened = client.get(FORM, {"draf": NUMBER})
    thrown = client.post(reverse("activities:draft_discard", kwargs={"uuid": NUMBER}))

    assert "Rahasia" not in opened.text
    assert thrown.status_code == 404
    assert EntryDraft.objects.exists()


def test_a_draft_is_thrown_away(signed_in, library):
    address = reverse("activities:draft_discard", kwargs={"uuid": NUMBER})
    signed_in.post(KEEP, {"kind": "pelibatan"})
    by_script = signed_in.post(address)
    signed_in.post(KEEP, {"kind": "pelibatan"})
    by_button = signed_in.post(address, headers={"Accept": "text/html"})

    assert by_script.json() == {"state": "gone"}
    assert by_button.url == RECORD
    assert not EntryDraft.objects.exists()


@pytest.mark.parametrize("kind", ["", "rapat", "\x00"])
def test_a_draft_of_no_kind(signed_in, library, kind):
    response = signed_in.post(KEEP, {"kind": kind})

    assert response.status_code == 422


def test_an_entry_that_is_being_mended_opens_with_what_was_typed(signed_in, entry, page):
    keep = reverse("activities:draft_keep", kwargs={"uuid": entry.uuid})
    signed_in.post(
        keep, {"kind": "pelibatan", "perbaiki": "1", "version": "1", "title": "Belum disimpan"}
    )

    opened = signed_in.get(page)
    signed_in.post(page, answers(version=values(opened, "version")[0]))

    assert values(opened, "title") == ["Belum disimpan"]
    assert not EntryDraft.objects.exists()


def test_after_the_session_ended_the_form_opens_with_what_was_typed(client, librarian, library):
    client.force_login(librarian)
    client.post(KEEP, {"kind": "pelibatan", "title": "Kelas komputer"})
    client.logout()
    came_from = f"http://testserver{FORM}?draf={NUMBER}"

    sent = client.post(FORM, answers(uuid=NUMBER), headers={"Referer": came_from})
    client.post(sent.url, {"username": "labruk", "password": factories.PASSWORD})
    opened = client.get(f"{FORM}?draf={NUMBER}")

    assert sent.status_code == 302
    assert "draf" in sent.url
    assert values(opened, "title") == ["Kelas komputer"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_record_page_costs_the_same_however_much_is_unfinished(
    signed_in, library, librarian, rows, django_assert_num_queries
):
    month = periods.this_month()
    before = periods.add_months(month, -1)
    for _row in range(rows):
        signed_in.post(
            reverse("activities:draft_keep", kwargs={"uuid": uuid.uuid4()}), {"kind": "pelibatan"}
        )
        factories.report(library, librarian, Kind.INVOLVEMENT, month=before)

    signed_in.get(RECORD)
    with django_assert_num_queries(QUERIES_OF_RECORD):
        response = signed_in.get(RECORD)

    assert len(response.context["unfinished"]) == rows


QUERIES_OF_RECORD = 11


# --- What a form offers ---------------------------------------------------------------------------


def test_the_last_place_is_offered(signed_in, entry, librarian):
    services.change(activity=entry, content={"place": "Balai desa"}, by=librarian)

    assert values(signed_in.get(FORM), "place") == ["Balai desa"]


def test_last_months_activities_are_offered_and_open_filled_in(signed_in, entry, librarian):
    october = signed_in.get(RECORD, {"bulan": "2024-10"})
    opened = signed_in.get(FORM, {"bulan": "2024-10", "salin": entry.pk})

    assert f"salin={entry.pk}" in october.text
    assert values(opened, "title") == ["Pelatihan merajut"]
    assert values(opened, "held_on") == ["2024-10-31"]
    assert values(opened, "uuid") != [str(entry.uuid)]
    assert Activity.objects.count() == 1


def test_today_is_the_day_of_a_copy(signed_in, library, librarian):
    before = periods.add_months(periods.this_month(), -1)
    entry = factories.report(library, librarian, Kind.INVOLVEMENT, month=before).activities.get()

    opened = signed_in.get(FORM, {"salin": entry.pk})

    assert values(opened, "held_on") == [timezone.localdate().isoformat()]


@pytest.mark.parametrize("asked", ["987654321", "abc", "-1", "9" * 30, "٣"])
def test_what_is_not_there_is_not_copied(signed_in, library, asked):
    assert signed_in.get(FORM, {"salin": asked}).status_code == 404


def test_somebody_elses_activity_is_not_copied(signed_in, library, other_library, stranger):
    theirs = factories.report(other_library, stranger, Kind.INVOLVEMENT).activities.get()

    assert signed_in.get(FORM, {"salin": theirs.pk}).status_code == 404


def test_several_in_a_row(signed_in, library):
    response = signed_in.post(FORM, answers(lagi="1"))

    assert response.url == f"{FORM}?bulan=2024-09"


def test_what_was_counted_last_is_shown_beside_the_snapshot(signed_in, library, librarian):
    report = factories.report(library, librarian, month=date(2024, 7, 1))
    content = {
        "title": "Potret",
        "service_form": "potret",
        "held_on": date(2024, 7, 3),
        "books": 1250,
        "digital_books": 0,
        "computers": 3,
        "bandwidth": 20,
    }
    services.record(report=report, kind=Kind.SERVICE, content=content, by=librarian)

    address = reverse("activities:record_kind", kwargs={"kind": "peningkatan"})
    response = signed_in.get(address, {"bentuk": "potret"})

    assert "Terakhir 3 Juli 2024: 1.250 buku, 0 buku digital, 3 komputer" in response.text


def test_last_months_visitors_are_shown(signed_in, library, librarian):
    factories.report(library, librarian, month=AUGUST, visits=(12, 30))

    response = signed_in.get(reverse("activities:month", kwargs={"month": "2024-09"}))

    assert "Bulan lalu (Agustus 2024): 12 laki-laki, 30 perempuan" in response.text


# --- What the reviewer said -----------------------------------------------------------------------


def test_what_was_said_stands_beside_its_field(signed_in, entry, page, librarian, pic):
    services.submit(report=entry.report, by=librarian)
    services.send_back(
        report=entry.report,
        reason="",
        comment="",
        remarks=[
            EntryRemark(entry.pk, "participants_total", ReturnReason.NUMBERS, "Benar 20 orang?"),
            EntryRemark(entry.pk, "participants_men", ReturnReason.NUMBERS, "Isi laki-lakinya."),
            EntryRemark(entry.pk, "", ReturnReason.PHOTO, "Fotonya buram."),
        ],
        by=pic,
    )

    response = signed_in.get(page)

    form = response.context["form"]
    assert [note.comment for note in form["participants_total"].notes] == ["Benar 20 orang?"]
    assert [remark.comment for remark in form.remarks] == ["Fotonya buram."]
    assert "catatan-participants_total" in form["participants_total"].aria_describedby
    for text in ("Benar 20 orang?", "Isi laki-lakinya.", "Fotonya buram."):
        assert response.text.count(text) == 1


# --- Nihil ----------------------------------------------------------------------------------------

NIHIL = reverse("activities:month_nihil", kwargs={"month": "2024-09"})


def test_a_nihil_month_is_one_press_and_its_visitors(signed_in, library):
    responses = [signed_in.post(NIHIL, {"men": "0", "women": "0"}) for _time in range(2)]

    report = MonthlyReport.objects.get()
    assert (report.state, report.nihil, report.visits_total) == ("submitted", True, 0)
    assert {response.url for response in responses} == {report.get_absolute_url()}
    assert report.events.count() == 1


@pytest.mark.parametrize("typed", ["", "-1", "12,5", "\x00"])
def test_without_its_visitors_nothing_is_sent(signed_in, library, typed):
    response = signed_in.post(NIHIL, {"men": typed, "women": "4"})

    assert response.status_code == 422
    assert values(response, "women") == ["4"]
    assert not MonthlyReport.objects.exists()


def test_a_month_with_activities_is_not_nihil_and_keeps_its_figures(signed_in, entry):
    response = signed_in.post(NIHIL, {"men": "1", "women": "1"}, follow=True)

    report = MonthlyReport.objects.get()
    assert (report.state, report.visits_total) == ("draft", 22)
    assert "sudah ada kegiatannya" in response.text


def test_a_month_that_was_sent_is_not_sent_as_nihil(signed_in, entry, librarian):
    services.submit(report=entry.report, by=librarian)

    signed_in.post(NIHIL, {"men": "1", "women": "1"})

    report = MonthlyReport.objects.get()
    assert (report.nihil, report.visits_total) == (False, 22)


# --- Where the SIM is used ------------------------------------------------------------------------


def test_where_the_sim_is_used_nothing_is_changed_any_more(signed_in, entry, page, lumajang):
    lumajang.reporting_mode = ReportingMode.SIM
    lumajang.save()
    visits = reverse("activities:visits", kwargs={"pk": entry.report_id})

    looked = signed_in.get(page)
    tried = signed_in.post(page, answers(title="Lain"))
    signed_in.post(reverse("activities:remove", kwargs={"pk": entry.pk}))
    signed_in.post(visits, {"men": "1", "women": "1"})
    nihil = signed_in.post(NIHIL, {"men": "1", "women": "1"})

    entry.refresh_from_db()
    assert (looked.status_code, tried.status_code, nihil.status_code) == (302, 409, 403)
    assert (entry.title, entry.report.visits_total) == ("Pelatihan merajut", 22)


def test_a_day_that_has_not_come_is_told(signed_in, library):
    tomorrow = timezone.localdate() + timedelta(days=1)

    response = signed_in.post(FORM, answers(held_on=tomorrow.isoformat()))

    assert response.status_code == 422
    assert "belum tiba" in response.text
