"""The pages of stories: what they show to whom, and what becomes of bad input."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from activities.enums import StoryState
from activities.models import Consent, Story, StoryPhoto
from activities.photos import StoredPhoto
from activities.services import stories as services
from libraries.enums import ReportingMode
from tests import factories
from tests.activities.pictures import cut_in_half, jpeg, script
from tests.factories import AGREED
from tpbis.accounts.enums import Role

TOLD = {
    "kind": "dampak",
    "theme": "Ekonomi",
    "happened_on": "2024-09-12",
    "title": "Warung baru",
    "text": "Berawal dari satu buku.\n\nLalu dua.",
    "testimony": "Saya berani.",
    "speaker": "Ibu S.",
    "has_people": "on",
}
WHO = {"given_by": "Sulastri", "given_on": "2024-09-12", "scope": "portal"}
CHILD = {**AGREED, "given_by": "Rara", "is_child": True}


@pytest.fixture
def signed_in(client, librarian):
    client.force_login(librarian)
    return client


@pytest.fixture
def draft(library, librarian) -> Story:
    return factories.story(library, librarian)


@pytest.fixture
def sent(draft, librarian) -> Story:
    return services.submit(story=draft, by=librarian)


@pytest.fixture
def published(sent, pic) -> Story:
    return services.publish(story=sent, by=pic)


def at(name: str, thing: Story | Consent) -> str:
    return reverse(f"activities:{name}", kwargs={"pk": thing.pk})


# --- The gallery ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "actor", ["librarian", "stranger", "pic", "strange_pic", "staff", "leader", "facilitator"]
)
def test_what_is_published_is_read_by_everybody_and_who_agreed_by_few(
    client, request, published, actor
):
    client.force_login(request.getfixturevalue(actor))

    gallery = client.get(reverse("activities:stories"))
    page = client.get(at("story", published))

    assert [one.pk for one in gallery.context["page"].object_list] == [published.pk]
    assert "Berawal dari satu buku resep." in page.text
    assert "Hanya untuk portal ini" in page.text
    inside = actor in ("librarian", "pic", "staff")
    assert ("Sulastri" in page.text) == inside
    assert ("Diajukan" in page.text) == inside
    assert "Sulastri" not in gallery.text


def test_only_what_is_published_hangs_there(client, staff, library, librarian, pic, draft):
    services.submit(story=factories.story(library, librarian), by=librarian)
    gone = factories.published_story(library, librarian, pic)
    services.withdraw_consent(consent=gone.consents.get(), by=librarian)
    client.force_login(staff)

    response = client.get(reverse("activities:stories"))

    assert list(response.context["page"].object_list) == []
    assert "Belum ada cerita" in response.text


@pytest.fixture
def several(library, librarian, pic, other_library, stranger, strange_pic) -> dict[str, Story]:
    told = {
        "chips": (library, librarian, pic, {"title": "Keripik", "theme": "Ekonomi"}),
        "reading": (library, librarian, pic, {"title": "Membaca", "theme": "Pendidikan"}),
        "far": (
            other_library,
            stranger,
            strange_pic,
            {"title": "Kebun", "text": "Kompos jerami", "kind": "praktik"},
        ),
    }
    return {
        name: factories.published_story(place, by, judge, **more)
        for name, (place, by, judge, more) in told.items()
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"chips", "reading", "far"}),
        ({"bidang": "Pendidikan"}, {"reading"}),
        ({"jenis": "praktik"}, {"far"}),
        ({"wilayah": "35.05"}, {"far"}),
        ({"wilayah": "35.08", "bidang": "Ekonomi"}, {"chips"}),
        ({"cari": "keripik"}, {"chips"}),
        ({"cari": "JERAMI kompos"}, {"far"}),
        ({"cari": "kompos keripik"}, set()),
        ({"cari": "100%_"}, set()),
    ],
)
def test_the_gallery_is_narrowed(client, leader, several, query, names):
    client.force_login(leader)

    response = client.get(reverse("activities:stories"), query)

    shown = {one.pk for one in response.context["page"].object_list}
    assert shown == {several[name].pk for name in names}


@pytest.mark.parametrize(
    "query", [{"bidang": "Sihir"}, {"jenis": "x"}, {"wilayah": "35.99"}, {"wilayah": "35.07"}]
)
def test_a_choice_that_is_none_is_said_so(client, leader, several, query):
    client.force_login(leader)

    response = client.get(reverse("activities:stories"), query)

    assert response.status_code == 400
    assert list(response.context["page"].object_list) == []


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize("page", ["stories", "my_stories", "story_queue"])
def test_lists_ask_the_same_number_of_queries(
    client, request, library, librarian, pic, rows, page, asked
):
    for number in range(rows):
        story = factories.story(library, librarian)
        services.add_photos(story=story, photos=[a_picture(number)], by=librarian)
        services.submit(story=story, by=librarian)
        if page == "stories":
            services.publish(story=story, by=pic)
    client.force_login(pic if page == "story_queue" else librarian)
    client.get(reverse("help"))  # the session gets its form token once

    queries = asked(lambda: client.get(reverse(f"activities:{page}")))

    assert queries == {"stories": 8, "my_stories": 9, "story_queue": 9}[page]


@pytest.fixture
def asked():
    """How many queries something takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(do) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert do().status_code == 200
        return len(seen)

    return count


def a_picture(number: int) -> StoredPhoto:
    return StoredPhoto(sha256=f"{number:064x}", width=4, height=3, original_name="x")


# --- Writing --------------------------------------------------------------------------------------


def test_a_story_is_written_and_leads_to_its_next_steps(signed_in, library):
    response = signed_in.post(reverse("activities:story_write"), TOLD, follow=True)

    story = Story.objects.get()
    assert (story.library, story.title, story.text) == (
        library,
        "Warung baru",
        "Berawal dari satu buku.\n\nLalu dua.",
    )
    assert "persetujuannya belum dicatat" in response.text
    assert "Kirim ke PIC" in response.text


def test_stories_are_told_where_months_are_recorded_in_the_sim_too(signed_in, lumajang):
    lumajang.reporting_mode = ReportingMode.SIM
    lumajang.save()

    assert signed_in.post(reverse("activities:story_write"), TOLD).status_code == 302
    assert Story.objects.count() == 1


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": " \u200b "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"text": ""}, "text"),
        ({"text": "   \n\t "}, "text"),
        ({"text": "…!?"}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"testimony": "x" * 2_001}, "testimony"),
        ({"speaker": ""}, "speaker"),
        ({"testimony": ""}, "testimony"),
        ({"kind": "dongeng"}, "kind"),
        ({"theme": ""}, "theme"),
        ({"happened_on": ""}, "happened_on"),
        ({"happened_on": "2024-02-31"}, "happened_on"),
        ({"happened_on": "9999-01-01"}, "happened_on"),
        ({"happened_on": "0001-01-01"}, "happened_on"),
        ({"happened_on": str(timezone.localdate() + timedelta(days=2))}, "happened_on"),
        ({"uuid": "bukan"}, "uuid"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field_and_kept(signed_in, bad, field):
    response = signed_in.post(reverse("activities:story_write"), {**TOLD, **bad})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Story.objects.exists()
    kept = next(name for name in ("title", "text") if name not in bad)
    assert TOLD[kept].split("\n")[0] in response.text


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "<script>alert(1)</script>",
        "{{7*7}} =HYPERLINK(1)",
        "nol\x00di tengah",
        "tanpa\u200blebar \u202ebalik",
    ],
)
def test_odd_text_is_told_as_text(signed_in, text):
    response = signed_in.post(
        reverse("activities:story_write"), {**TOLD, "text": text}, follow=True
    )

    assert response.status_code == 200
    story = Story.objects.get()
    assert not set("\x00\u200b\u202e") & set(story.text)
    assert "<script>alert" not in response.text
    assert "49" not in story.text


def test_the_same_form_twice_is_one_story_and_another_content_is_asked_about(signed_in):
    form = {**TOLD, "uuid": str(uuid.uuid4())}

    first, again = (signed_in.post(reverse("activities:story_write"), form) for _ in range(2))
    other = signed_in.post(reverse("activities:story_write"), {**form, "title": "Lain"})

    assert first.url == again.url
    assert other.status_code == 409
    assert Story.objects.count() == 1
    renewed = other.context["form"]["uuid"].value()
    anew = signed_in.post(
        reverse("activities:story_write"), {**form, "title": "Lain", "uuid": renewed}
    )
    assert anew.status_code == 302
    assert Story.objects.count() == 2


def test_two_tabs_overwrite_nothing_unseen(signed_in, draft, librarian):
    content = {**factories.STORY, "title": "Dari tab lain"}
    services.change(story=draft, content=content, by=librarian, seen=1)

    refused = signed_in.post(at("story_change", draft), {**TOLD, "version": "1"})

    assert refused.status_code == 409
    assert "Dari tab lain" in refused.text
    assert "Warung baru" in refused.text
    draft.refresh_from_db()
    assert draft.title == "Dari tab lain"
    version = refused.context["form"]["version"].value()
    assert (
        signed_in.post(at("story_change", draft), {**TOLD, "version": version}).status_code == 302
    )
    draft.refresh_from_db()
    assert draft.title == "Warung baru"


def test_what_was_sent_in_is_not_changed(signed_in, sent):
    assert signed_in.get(at("story_change", sent)).url == sent.get_absolute_url()
    assert signed_in.post(at("story_change", sent), TOLD).status_code == 409


def test_why_it_came_back_stands_on_top(signed_in, sent, pic):
    services.send_back(story=sent, reason="foto", comment="Fotonya buram.", by=pic)

    for name in ("story", "story_change"):
        assert "Fotonya buram." in signed_in.get(at(name, sent)).text


@pytest.mark.parametrize("name", ["story", "story_change", "story_consent"])
def test_a_strange_draft_does_not_exist(client, stranger, pic, draft, name):
    client.force_login(stranger)

    assert client.get(at(name, draft)).status_code == 404
    assert client.get(f"/cerita/{10**30}/").status_code == 404


# --- Pictures -------------------------------------------------------------------------------------


def test_pictures_are_stored_clean_and_served_to_whoever_reads_the_story(
    signed_in, client, draft, stranger
):
    response = signed_in.post(at("story_photos", draft), {"photos": [jpeg(), jpeg(shade=9)]})

    assert response.status_code == 302
    first = draft.photos.order_by("pk").first()
    address = reverse("activities:story_photo", kwargs={"uuid": first.uuid, "size": "640"})
    shown = signed_in.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert "private" in shown["Cache-Control"]
    client.force_login(stranger)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "uploads",
    [
        [],
        [script()],
        [cut_in_half()],
        [jpeg(), script()],
        [jpeg(shade=shade) for shade in range(7)],
    ],
    ids=["none", "script", "half", "one of two", "seven"],
)
def test_what_is_no_picture_or_too_many_is_refused_whole(signed_in, draft, uploads):
    for upload in uploads:
        upload.seek(0)

    response = signed_in.post(at("story_photos", draft), {"photos": uploads})

    assert response.status_code == 422
    assert response.context["photos_form"].errors
    assert not draft.photos.exists()


def test_one_more_than_there_is_room_for_is_refused(signed_in, draft, librarian):
    services.add_photos(story=draft, photos=[a_picture(n) for n in range(5)], by=librarian)

    response = signed_in.post(at("story_photos", draft), {"photos": [jpeg(), jpeg(shade=9)]})

    assert response.status_code == 422
    assert draft.photos.count() == 5


def test_a_picture_of_somebody_elses_story_is_not_taken_off(client, stranger, draft, librarian):
    services.add_photos(story=draft, photos=[a_picture(1)], by=librarian)
    client.force_login(stranger)
    address = reverse("activities:story_photo_remove", kwargs={"uuid": draft.photos.get().uuid})

    assert client.post(address).status_code == 404
    assert StoryPhoto.objects.count() == 1


# --- Consent --------------------------------------------------------------------------------------


def test_several_people_agree_one_after_the_other(signed_in, draft):
    again = signed_in.post(at("story_consent", draft), {**WHO, "lagi": "1"})
    last = signed_in.post(at("story_consent", draft), {**WHO, "given_by": "Kasiyati"})

    assert again.url == at("story_consent", draft)
    assert last.url == draft.get_absolute_url()
    assert draft.consents.count() == 3


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"given_by": " "}, "given_by"),
        ({"given_by": "x" * 151}, "given_by"),
        ({"given_on": str(timezone.localdate() + timedelta(days=2))}, "given_on"),
        ({"given_on": "2024-02-31"}, "given_on"),
        ({"given_on": ""}, "given_on"),
        ({"scope": "dunia"}, "scope"),
        ({"guardian": "…"}, "guardian"),
        ({"guardian_relation": "x" * 61}, "guardian_relation"),
    ],
)
def test_a_consent_that_cannot_be_meant_is_refused(signed_in, draft, bad, field):
    response = signed_in.post(at("story_consent", draft), {**WHO, **bad})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert draft.consents.count() == 1


def test_a_child_without_guardian_is_noted_hinted_at_and_mended(signed_in, draft):
    signed_in.post(at("story_consent", draft), {**WHO, "given_by": "Rara", "is_child": "on"})
    child = draft.consents.get(given_by="Rara")

    hint = signed_in.get(draft.get_absolute_url())
    mended = signed_in.post(
        at("consent_change", child),
        {
            **WHO,
            "given_by": "Rara",
            "is_child": "on",
            "guardian": "Wati",
            "guardian_relation": "ibu kandung",
        },
        follow=True,
    )

    assert "Rara masih anak-anak: nama wali dan hubungan wali belum dicatat." in hint.text
    assert "Wali: Wati (ibu kandung)" in mended.text
    assert mended.context["missing"] == []


@pytest.mark.parametrize("actor", ["stranger", "strange_pic"])
def test_a_consent_of_somebody_elses_published_story_does_not_exist(
    client, request, published, actor
):
    client.force_login(request.getfixturevalue(actor))
    agreed = published.consents.get()

    assert client.post(at("consent_withdraw", agreed)).status_code == 404
    assert client.get(at("consent_change", agreed)).status_code in (403, 404)
    agreed.refresh_from_db()
    assert agreed.withdrawn_at is None


def test_a_consent_taken_back_takes_the_story_off_the_wall(client, pic, stranger, published):
    client.force_login(pic)
    response = client.post(at("consent_withdraw", published.consents.get()), follow=True)
    assert "cerita ini tidak tampil lagi" in response.text
    assert "Berawal dari satu buku resep." in response.text

    client.force_login(stranger)
    assert client.get(published.get_absolute_url()).status_code == 404
    assert list(client.get(reverse("activities:stories")).context["page"].object_list) == []


# --- Judging --------------------------------------------------------------------------------------


def test_the_queue_is_the_reviewers_oldest_first(client, pic, strange_pic, library, librarian):
    waiting = [
        services.submit(
            story=factories.story(library, librarian),
            by=librarian,
            at=timezone.now() - timedelta(days=days),
        )
        for days in (9, 2)
    ]
    client.force_login(pic)
    response = client.get(reverse("activities:story_queue"))
    assert [(row[0], row[2]) for row in response.context["rows"]] == [
        (waiting[0], 9),
        (waiting[1], 2),
    ]

    client.force_login(strange_pic)
    assert client.get(reverse("activities:story_queue")).context["rows"] == []
    assert client.get(at("story_review", waiting[0])).status_code == 404


@pytest.mark.parametrize("actor", ["librarian", "facilitator", "staff", "leader"])
def test_judging_is_nobody_elses_work(client, request, sent, actor):
    client.force_login(request.getfixturevalue(actor))

    assert client.get(reverse("activities:story_queue")).status_code == 403
    assert client.get(at("story_review", sent)).status_code == 403
    assert client.post(at("story_approve", sent)).status_code == 403
    assert client.post(at("story_send_back", sent)).status_code == 403
    sent.refresh_from_db()
    assert sent.state == StoryState.SUBMITTED


def test_a_childs_story_without_guardian_is_refused_with_the_reason(client, pic, draft, librarian):
    services.record_consent(story=draft, content=CHILD, by=librarian)
    services.submit(story=draft, by=librarian)
    client.force_login(pic)
    page = client.get(at("story_review", draft))

    response = client.post(at("story_approve", draft), {"seen": seen_on(page)})

    assert response.status_code == 409
    assert "Rara masih anak-anak: nama wali dan hubungan wali belum dicatat." in response.text
    draft.refresh_from_db()
    assert (draft.state, draft.seal) == (StoryState.SUBMITTED, "")


def seen_on(page) -> str:
    text = page.text.partition('name="seen" value="')[2]
    return text.partition('"')[0]


def test_publishing_says_so_and_goes_on_to_the_next(client, pic, library, librarian, sent):
    other = services.submit(story=factories.story(library, librarian), by=librarian)
    client.force_login(pic)
    page = client.get(at("story_review", sent))

    response = client.post(at("story_approve", sent), {"seen": seen_on(page)}, follow=True)

    sent.refresh_from_db()
    assert sent.state == StoryState.APPROVED
    assert response.redirect_chain == [(at("story_review", other), 302)]
    assert f"Terbit: {sent.title}, dari {library.name}." in response.text


def test_a_page_that_is_older_than_the_story_publishes_nothing(client, pic, librarian, sent):
    client.force_login(pic)
    page = client.get(at("story_review", sent))
    services.withdraw(story=sent, comment="Sebentar.", by=librarian)
    services.reopen(story=sent, by=librarian)
    services.submit(story=sent, by=librarian, at=timezone.now() + timedelta(seconds=5))

    response = client.post(at("story_approve", sent), {"seen": seen_on(page)})

    assert response.status_code == 409
    assert "sudah berubah" in response.text


@pytest.mark.parametrize("seen", ["", "kemarin", "2024-99-99T00:00:00", "\x00"])
def test_nonsense_about_what_was_seen_does_no_harm(client, pic, sent, seen):
    client.force_login(pic)

    assert client.post(at("story_approve", sent), {"seen": seen}).status_code < 500


def test_sending_back_needs_a_reason_and_words(client, pic, sent):
    client.force_login(pic)
    for bad in ({}, {"reason": "foto"}, {"reason": "x", "comment": "y"}, {"comment": "y"}):
        assert client.post(at("story_send_back", sent), bad).status_code == 422

    client.post(at("story_send_back", sent), {"reason": "foto", "comment": "Buram."})

    sent.refresh_from_db()
    assert sent.state == StoryState.RETURNED


@pytest.mark.parametrize("name", ["story_approve", "story_send_back"])
def test_a_second_decision_comes_too_late(client, pic, published, name):
    client.force_login(pic)

    response = client.post(
        at(name, published), {"reason": "foto", "comment": "Buram."}, follow=True
    )

    assert response.redirect_chain == [(published.get_absolute_url(), 302)]
    assert "sudah tidak menunggu" in response.text


def test_nobody_judges_their_own(client, pic, sent):
    Story.objects.filter(pk=sent.pk).update(submitted_by=pic)
    client.force_login(pic)

    assert client.get(at("story_review", sent)).status_code == 403
    assert client.post(at("story_approve", sent)).status_code == 403
    assert (
        client.post(at("story_send_back", sent), {"reason": "foto", "comment": "x"}).status_code
        == 403
    )


# --- Withdrawing ----------------------------------------------------------------------------------


def test_withdrawing_needs_words_and_leaves_the_story_to_its_library(
    client, pic, librarian, published
):
    client.force_login(pic)
    bad = client.post(at("story_withdraw", published), {"comment": " "})
    assert bad.status_code == 422

    client.post(at("story_withdraw", published), {"comment": "Keluarganya keberatan."})

    client.force_login(librarian)
    page = client.get(published.get_absolute_url())
    assert "Keluarganya keberatan." in page.text
    assert "Buka lagi untuk diperbaiki" in page.text
    client.post(at("story_reopen", published))
    published.refresh_from_db()
    assert published.state == StoryState.RETURNED


@pytest.mark.parametrize(
    "name", ["story_submit", "story_approve", "story_withdraw", "story_reopen", "story_photos"]
)
def test_looking_changes_nothing(client, request, pic, librarian, sent, name):
    client.force_login(pic if name == "story_approve" else librarian)

    assert client.get(at(name, sent)).status_code == 405


def test_an_observer_reads_what_is_published_and_nothing_else(client, lumajang, sent, pic):
    observer = factories.someone(Role.OBSERVER, lumajang)
    client.force_login(observer)
    assert client.get(sent.get_absolute_url()).status_code == 404

    services.publish(story=sent, by=pic)

    assert client.get(sent.get_absolute_url()).status_code == 200
    assert "Sulastri" not in client.get(sent.get_absolute_url()).text


def test_files_of_stories_lie_in_the_private_storage(signed_in, draft):
    signed_in.post(at("story_photos", draft), {"photos": [jpeg()]})

    assert default_storage.exists(draft.photos.get().file_name("240"))
