"""Writing down what happened: choosing, the forms, mending, removing; and who may not."""

import uuid
from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from activities import services
from activities.enums import Kind, State
from activities.models import Activity, MonthlyReport, Photo
from libraries.enums import ReportingMode
from tests import factories
from tests.activities.pictures import jpeg, script
from tpbis.core import periods

SEPTEMBER = date(2024, 9, 1)
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


def form_address(kind: Kind = Kind.INVOLVEMENT) -> str:
    return reverse("activities:record_kind", kwargs={"kind": kind})


def answers(**more):
    return {"held_on": "2024-09-12", "uuid": str(uuid.uuid4()), **ANSWERS, **more}


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# --- Choosing -------------------------------------------------------------------------------------


def test_choosing_shows_four_kinds_and_what_the_month_holds(signed_in, entry):
    response = signed_in.get(reverse("activities:record"), {"bulan": "2024-09"})

    assert response.context["counts"] == {
        "pelibatan": 1,
        "advokasi": 0,
        "peningkatan": 0,
        "publikasi": 0,
    }
    for kind in Kind:
        assert f"{form_address(kind)}?bulan=2024-09" in response.text


def test_without_a_month_it_is_this_one(signed_in):
    response = signed_in.get(reverse("activities:record"))

    assert response.context["row"].month == periods.this_month()


@pytest.mark.parametrize("month", ["2024-13", "abc", "9999-01", "2017-12", "2019-12", "2024-9"])
@pytest.mark.parametrize("name", ["record", "record_kind"])
def test_a_month_that_cannot_be_meant_is_a_bad_request(signed_in, name, month):
    kind = {"kind": Kind.ADVOCACY} if name == "record_kind" else {}

    response = signed_in.get(reverse(f"activities:{name}", kwargs=kind), {"bulan": month})

    assert response.status_code == 400


def test_opening_pages_writes_nothing(signed_in, library):
    for address in [
        reverse("activities:record"),
        form_address(),
        reverse("activities:month", kwargs={"month": "2024-09"}),
        reverse("activities:list"),
    ]:
        assert signed_in.get(address).status_code == 200

    assert not MonthlyReport.objects.exists()


@pytest.mark.parametrize("path", ["/catat/", "/catat/pelibatan/", "/laporan/bulan/2024-09/"])
def test_every_form_of_a_page_carries_its_token(signed_in, library, path):
    forms = signed_in.get(path).text.split("<form")[1:]
    forms = [form for form in forms if 'method="post"' in form.partition(">")[0]]

    assert all("csrfmiddlewaretoken" in form.partition("</form>")[0] for form in forms)
    assert len(forms) >= 2


@pytest.mark.parametrize("actor", ["pic", "facilitator", "staff", "leader"])
@pytest.mark.parametrize("address", [reverse("activities:record"), form_address()])
def test_recording_is_for_librarians(client, request, library, actor, address):
    client.force_login(request.getfixturevalue(actor))

    assert client.get(address).status_code == 403
    assert client.post(address, answers()).status_code in (403, 405)
    assert not Activity.objects.exists()


def test_an_unknown_kind_does_not_exist(signed_in):
    assert signed_in.get("/catat/rapat/").status_code == 404


def test_where_the_sim_is_used_recording_is_hidden(signed_in, library, lumajang):
    lumajang.reporting_mode = ReportingMode.SIM
    lumajang.save()
    visits = reverse("activities:month_visits", kwargs={"month": "2024-09"})
    month = reverse("activities:month", kwargs={"month": "2024-09"})

    hub = signed_in.get(reverse("activities:record"))

    assert "kegiatan dicatat di SIM Perpusnas" in hub.text
    assert form_address() not in hub.text
    assert "Dicatat di SIM" in signed_in.get(month).text
    assert signed_in.get(form_address()).status_code == 403
    assert signed_in.post(form_address(), answers()).status_code == 403
    assert signed_in.post(visits, {"men": "1", "women": "1"}).status_code == 403
    assert not MonthlyReport.objects.exists()


# --- Recording ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_a_short_form(signed_in, library, kind):
    response = signed_in.get(form_address(kind), {"bulan": "2024-09"})

    assert response.status_code == 200
    assert 'value="2024-09-30"' in response.text


def test_an_entry_is_kept_with_its_photos_in_the_month_of_its_date(signed_in, library):
    response = signed_in.post(
        form_address(), answers(photos=[jpeg(shade=1), jpeg(shade=2)]), follow=True
    )

    entry = Activity.objects.get()
    assert (entry.report.month, entry.report.library) == (SEPTEMBER, library)
    assert entry.photos.count() == 2
    assert response.redirect_chain == [(f"{reverse('activities:record')}?bulan=2024-09", 302)]
    assert "Tersimpan: Pelatihan merajut, 12 September 2024." in response.text


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (Kind.ADVOCACY, {"audiences": ["Kepala Desa"], "result": "Dana", "amount": "1.500.000"}),
        (Kind.SERVICE, {"service_form": "ruang"}),
        (Kind.PUBLICATION, {"medium": "Media Cetak", "media_name": "Radar Semeru"}),
    ],
)
def test_the_other_kinds_are_kept_too(signed_in, library, kind, more):
    signed_in.post(form_address(kind), answers(**more))

    assert Activity.objects.get().kind == kind


def test_a_snapshot_has_a_form_of_its_own(signed_in, library):
    counts = {"books": "1.250", "digital_books": "0", "computers": "3", "bandwidth": "20"}

    signed_in.post(f"{form_address(Kind.SERVICE)}?bentuk=potret", answers(**counts))

    entry = Activity.objects.get()
    assert (entry.service_form, entry.books, entry.digital_books) == ("potret", 1250, 0)


def test_the_same_form_sent_twice_is_one_entry(signed_in, library):
    sent = answers()

    first = signed_in.post(form_address(), sent)
    second = signed_in.post(form_address(), sent)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Activity.objects.count() == 1


def test_a_form_sent_again_with_other_words_asks_before_it_becomes_another_entry(
    signed_in, library
):
    sent = answers()
    signed_in.post(form_address(), sent)

    conflict = signed_in.post(form_address(), {**sent, "title": "Lomba mewarnai"})
    again = {**sent, "title": "Lomba mewarnai", "uuid": conflict.context["form"]["uuid"].value()}
    signed_in.post(form_address(), again)

    assert conflict.status_code == 409
    assert "sudah tersimpan dengan isi lain" in conflict.text
    assert set(Activity.objects.values_list("title", flat=True)) == {
        "Pelatihan merajut",
        "Lomba mewarnai",
    }


def test_somebody_elses_form_number_gives_nothing_away(signed_in, library, stranger, other_library):
    theirs = factories.report(other_library, stranger, Kind.INVOLVEMENT).activities.get()

    response = signed_in.post(form_address(), answers(uuid=str(theirs.uuid)))

    assert response.status_code == 409
    assert not Activity.objects.filter(report__library=library).exists()


def test_a_month_already_sent_becomes_a_supplement_and_says_so(signed_in, library, librarian, pic):
    factories.approved(library, librarian, pic, Kind.ADVOCACY, month=SEPTEMBER)

    form = signed_in.get(form_address(), {"bulan": "2024-09"})
    saved = signed_in.post(form_address(), answers())

    assert "laporan susulan" in form.text
    assert Activity.objects.get(kind=Kind.INVOLVEMENT).report.number == 2
    assert "masuk laporan susulan nomor 2" in told(saved)[0]


def test_what_was_typed_stays_when_something_is_wrong(signed_in, library):
    response = signed_in.post(
        form_address(), answers(title="Kelas <b>komputer</b>", theme="", participants_total="-2")
    )

    assert response.status_code == 422
    assert 'value="Kelas &lt;b&gt;komputer&lt;/b&gt;"' in response.text
    assert 'value="-2"' in response.text
    assert "Ada yang perlu diperbaiki" in response.text
    assert '<a href="#bidang-theme">' in response.text
    assert not MonthlyReport.objects.exists()


def test_a_bad_photo_saves_nothing_and_keeps_the_words(signed_in, library):
    response = signed_in.post(form_address(), answers(photos=[script("virus.jpg")]))

    assert response.status_code == 422
    assert "virus.jpg: Berkas ini bukan foto" in response.text
    assert 'value="Pelatihan merajut"' in response.text
    assert not Activity.objects.exists()


def test_good_photos_need_not_be_sent_again(signed_in, library):
    refused = signed_in.post(form_address(), answers(photos=[jpeg("kebun.jpg"), script()]))

    kept = refused.context["form"]["kept"].value()
    signed_in.post(form_address(), answers(kept=kept))

    assert "kebun.jpg" in refused.text
    assert Photo.objects.get().original_name == "kebun.jpg"


@pytest.mark.parametrize(
    "typed",
    [
        {"title": "😀 Lomba 17-an 🎉"},
        {"title": "<script>alert(1)</script>"},
        {"title": "{{ 7|add:7 }}"},
        {"title": "a" * 10_000},
        {"title": "   "},
        {"title": "\u200b\u200b"},
        {"title": "a\x00b"},
        {"title": "\ud800".encode("utf-8", "surrogatepass")},
        {"participants_total": "1e9"},
        {"participants_total": "9" * 5_000},
        {"participants_total": "12,5"},
        {"held_on": "2024-02-31"},
        {"held_on": "0001-01-01"},
        {"held_on": "9999-12-31"},
        {"held_on": "\x00"},
        {"uuid": "bukan-uuid"},
        {"kept": "\x00"},
        {"theme": "\x00"},
        {"place": "=HYPERLINK(1)"},
        {},
    ],
    ids=repr,
)
def test_hostile_answers_are_kept_or_refused_but_never_break(signed_in, library, typed):
    response = signed_in.post(form_address(), answers(**typed))

    assert response.status_code in (302, 422)
    assert Activity.objects.count() == (1 if response.status_code == 302 else 0)


@pytest.mark.parametrize(
    "refusal",
    [
        services.OutsideMonth("Tanggal kegiatan belum tiba."),
        ValidationError({"title": "Tanggal kegiatan belum tiba."}),
    ],
    ids=lambda refusal: type(refusal).__name__,
)
def test_what_the_service_refuses_after_all_is_told_with_the_form(
    signed_in, library, monkeypatch, refusal
):
    def refuse(**_told):
        raise refusal

    monkeypatch.setattr(services, "record_in_its_month", refuse)

    response = signed_in.post(form_address(), answers())

    assert response.status_code == 422
    assert "Tanggal kegiatan belum tiba." in response.text
    assert 'value="Pelatihan merajut"' in response.text


def test_too_many_files_are_refused(signed_in, library):
    response = signed_in.post(
        form_address(), answers(photos=[jpeg(shade=shade) for shade in range(13)])
    )

    assert response.status_code == 400


# --- Mending and removing -------------------------------------------------------------------------


def address(name: str, entry: Activity) -> str:
    return reverse(f"activities:{name}", kwargs={"pk": entry.pk})


@pytest.mark.parametrize("kind", Kind)
def test_an_entry_opens_with_what_it_says(signed_in, library, librarian, kind):
    entry = factories.report(library, librarian, kind, month=SEPTEMBER).activities.get()

    response = signed_in.get(address("edit", entry))

    assert response.status_code == 200
    assert 'value="2024-09-01"' in response.text


def test_an_entry_is_mended(signed_in, entry):
    response = signed_in.post(
        address("edit", entry), answers(title="Pelatihan menyulam", photos=[jpeg()])
    )

    entry.refresh_from_db()
    assert (entry.title, entry.photos.count()) == ("Pelatihan menyulam", 1)
    assert response.url == entry.report.get_absolute_url()


def test_a_mistake_while_mending_keeps_what_was_typed(signed_in, entry):
    response = signed_in.post(address("edit", entry), answers(title="Baru", held_on="2024-10-02"))

    assert response.status_code == 422
    assert 'value="Baru"' in response.text
    assert "bagian dari laporan September 2024" in response.text
    entry.refresh_from_db()
    assert entry.title == "Pelatihan merajut"


def test_an_entry_is_removed(signed_in, entry):
    response = signed_in.post(address("remove", entry), follow=True)

    assert not Activity.objects.exists()
    assert "Dihapus: Pelatihan merajut." in response.text


def test_looking_at_the_address_of_removal_removes_nothing(signed_in, entry):
    assert signed_in.get(address("remove", entry)).status_code == 405
    assert Activity.objects.exists()


def test_a_photo_is_taken_off(signed_in, library):
    signed_in.post(form_address(), answers(photos=[jpeg()]))
    photo = Photo.objects.get()

    response = signed_in.post(reverse("activities:photo_remove", kwargs={"uuid": photo.uuid}))

    assert not Photo.objects.exists()
    assert response.url == address("edit", photo.activity)
    assert default_storage.exists(photo.file_name())


@pytest.fixture
def locked(library, librarian, pic) -> Activity:
    """An entry with a photo whose month was sent."""
    report = factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)
    entry = report.activities.get()
    Photo.objects.create(activity=entry, sha256="ab" * 32, width=4, height=3)
    services.submit(report=report, by=librarian)
    return entry


def test_what_was_sent_is_not_mended(signed_in, locked):
    looked = signed_in.get(address("edit", locked))
    tried = signed_in.post(address("edit", locked), answers(title="Lain"))
    signed_in.post(address("remove", locked))
    signed_in.post(reverse("activities:photo_remove", kwargs={"uuid": locked.photos.get().uuid}))

    assert looked.url == locked.report.get_absolute_url()
    assert tried.status_code == 409
    assert 'value="Lain"' in tried.text
    assert "isinya terkunci" in tried.text
    locked.refresh_from_db()
    assert (locked.title, locked.photos.count()) == ("Pelatihan merajut", 1)


@pytest.mark.parametrize("name", ["edit", "remove"])
def test_somebody_elses_entry_does_not_exist(client, stranger, strange_pic, locked, name):
    found = []
    for outsider in (stranger, strange_pic):
        client.force_login(outsider)
        found.append(client.post(address(name, locked), answers()).status_code)

    assert found == [404, 403]  # a PIC records nowhere
    assert Activity.objects.get().title == "Pelatihan merajut"


@pytest.mark.parametrize("actor", ["pic", "facilitator", "staff", "leader"])
@pytest.mark.parametrize("name", ["edit", "remove"])
def test_those_who_may_look_may_not_change(client, request, locked, actor, name):
    client.force_login(request.getfixturevalue(actor))

    assert client.post(address(name, locked), answers()).status_code == 403
    assert Activity.objects.get().title == "Pelatihan merajut"


@pytest.mark.parametrize(("actor", "status"), [("stranger", 404), ("pic", 403)])
def test_a_photo_is_taken_off_by_its_own_library_only(client, request, locked, actor, status):
    client.force_login(request.getfixturevalue(actor))
    photo = locked.photos.get()

    response = client.post(reverse("activities:photo_remove", kwargs={"uuid": photo.uuid}))

    assert response.status_code == status
    assert Photo.objects.exists()


def test_a_returned_month_is_written_in_again(signed_in, library, librarian, pic, locked):
    services.send_back(report=locked.report, reason="ganda", comment="Tercatat dua kali.", by=pic)

    signed_in.post(form_address(), answers(title="Lomba mewarnai"))

    report = MonthlyReport.objects.get()
    assert (report.state, report.activities.count()) == (State.RETURNED, 2)


def test_today_is_the_default_day(signed_in, library):
    response = signed_in.get(form_address())

    assert f'value="{timezone.localdate().isoformat()}"' in response.text
