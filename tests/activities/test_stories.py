"""Stories: nobody is told of who did not agree, and nobody judges their own."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activities import signals
from activities.enums import ConsentScope, ReturnReason, StoryAction, StoryState
from activities.models import Consent, Story, StoryEvent, StoryPhoto
from activities.photos import StoredPhoto
from activities.queries import stories as queries
from activities.services import stories as services
from libraries import services as library_services
from tests import factories
from tests.factories import AGREED, STORY
from tpbis.accounts import audit
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent
from tpbis.accounts.querysets import subject_of

CHILD = {**AGREED, "given_by": "Rara", "is_child": True}
GUARDED = {**CHILD, "guardian": "Wati", "guardian_relation": "ibu kandung"}
PICTURES = [
    StoredPhoto(sha256=f"{number:064x}", width=4, height=3, original_name="x")
    for number in range(9)
]


@pytest.fixture
def draft(library, librarian) -> Story:
    return factories.story(library, librarian)


@pytest.fixture
def sent(draft, librarian) -> Story:
    return services.submit(story=draft, by=librarian)


@pytest.fixture
def published(sent, pic) -> Story:
    return services.publish(story=sent, by=pic)


@pytest.fixture
def announced():
    """Which libraries' published stories were said to have changed."""
    heard: list[int] = []

    def note(*, library_id: int, **_) -> None:
        heard.append(library_id)

    signals.stories_changed.connect(note)
    yield heard
    signals.stories_changed.disconnect(note)


def steps(story: Story) -> list[tuple[str, str]]:
    return list(story.events.order_by("pk").values_list("action", "comment"))


# --- Writing --------------------------------------------------------------------------------------


def test_a_story_begins_as_a_draft_that_says_what_was_written(library, librarian):
    story = services.write(library=library, content=STORY, by=librarian)

    story.refresh_from_db()
    assert audit.values(story, services.CONTENT) == STORY
    assert (story.state, story.version, story.created_by) == (StoryState.DRAFT, 1, librarian)
    assert steps(story) == []


def test_sent_twice_it_is_stored_once(library, librarian):
    number = uuid.uuid4()

    one, two = (
        services.write(library=library, content=STORY, by=librarian, uuid=number) for _ in range(2)
    )

    assert one == two
    assert Story.objects.count() == 1


def test_another_content_under_the_same_number_is_refused_and_nothing_is_lost(library, librarian):
    number = uuid.uuid4()
    services.write(library=library, content=STORY, by=librarian, uuid=number)

    with pytest.raises(services.AlreadyWritten):
        services.write(
            library=library, content={**STORY, "title": "Lain"}, by=librarian, uuid=number
        )

    assert Story.objects.get().title == STORY["title"]


def test_a_number_of_another_library_opens_nothing(library, librarian, other_library, stranger):
    theirs = services.write(library=other_library, content=STORY, by=stranger)

    with pytest.raises(services.AlreadyWritten):
        services.write(library=library, content=STORY, by=librarian, uuid=theirs.uuid)


@pytest.mark.parametrize("actor", ["stranger", "pic", "staff", "facilitator"])
def test_nobody_else_writes_or_mends_it(request, library, draft, actor):
    by = request.getfixturevalue(actor)

    for step in (
        lambda: services.write(library=library, content=STORY, by=by),
        lambda: services.change(story=draft, content=STORY, by=by),
        lambda: services.add_photos(story=draft, photos=PICTURES[:1], by=by),
        lambda: services.record_consent(story=draft, content=AGREED, by=by),
        lambda: services.correct_consent(consent=draft.consents.get(), content=AGREED, by=by),
        lambda: services.submit(story=draft, by=by),
        lambda: services.reopen(story=draft, by=by),
    ):
        with pytest.raises(PermissionDenied):
            step()


def test_what_has_not_happened_yet_is_no_story(library, librarian):
    tomorrow = timezone.localdate() + timedelta(days=1)

    with pytest.raises(ValidationError, match="belum tiba"):
        services.write(library=library, content={**STORY, "happened_on": tomorrow}, by=librarian)

    assert not Story.objects.exists()


def test_a_change_counts_the_version_up(draft, librarian):
    changed = services.change(
        story=draft, content={**STORY, "title": "Lain"}, by=librarian, seen=draft.version
    )

    assert (changed.title, changed.version) == ("Lain", draft.version + 1)


def test_an_older_page_overwrites_nothing(draft, librarian):
    services.change(story=draft, content={**STORY, "title": "Baru"}, by=librarian, seen=1)

    with pytest.raises(services.StoryChangedMeanwhile) as refused:
        services.change(story=draft, content={**STORY, "title": "Lama"}, by=librarian, seen=1)

    draft.refresh_from_db()
    assert draft.title == "Baru"
    assert refused.value.story.title == "Baru"


@pytest.mark.parametrize("state", ["sent", "published"])
def test_what_was_sent_in_is_locked(request, librarian, state):
    story = request.getfixturevalue(state)

    for step in (
        lambda: services.change(story=story, content=STORY, by=librarian),
        lambda: services.add_photos(story=story, photos=PICTURES[:1], by=librarian),
        lambda: services.submit(story=story, by=librarian),
    ):
        with pytest.raises(services.StoryLocked):
            step()


# --- Pictures -------------------------------------------------------------------------------------


def test_the_same_picture_is_stored_once(draft, librarian):
    first = services.add_photos(story=draft, photos=PICTURES[:2], by=librarian)
    again = services.add_photos(story=draft, photos=PICTURES[1:3], by=librarian)

    assert (first, again) == (2, 1)
    assert draft.photos.count() == 3


def test_one_too_many_and_none_is_added(draft, librarian):
    services.add_photos(story=draft, photos=PICTURES[:5], by=librarian)

    with pytest.raises(services.TooManyPhotos):
        services.add_photos(story=draft, photos=PICTURES[5:7], by=librarian)

    assert draft.photos.count() == 5


def test_a_picture_can_be_taken_off_until_it_was_sent(draft, librarian):
    services.add_photos(story=draft, photos=PICTURES[:2], by=librarian)
    one, two = draft.photos.order_by("pk")
    services.remove_photo(photo=one, by=librarian)
    services.submit(story=draft, by=librarian)

    with pytest.raises(services.StoryLocked):
        services.remove_photo(photo=two, by=librarian)

    assert list(StoryPhoto.objects.all()) == [two]


# --- Consent --------------------------------------------------------------------------------------


def test_a_consent_in_the_future_is_none(draft, librarian):
    tomorrow = timezone.localdate() + timedelta(days=1)

    with pytest.raises(ValidationError, match="belum tiba"):
        services.record_consent(story=draft, content={**AGREED, "given_on": tomorrow}, by=librarian)

    assert draft.consents.count() == 1


def test_of_a_grown_up_no_guardian_is_kept(draft, librarian):
    consent = services.record_consent(
        story=draft, content={**GUARDED, "is_child": False}, by=librarian
    )

    assert (consent.guardian, consent.guardian_relation) == ("", "")


def consent(**more) -> Consent:
    return Consent(**{**AGREED, **more})


GONE = {"withdrawn_at": timezone.now()}


@pytest.mark.parametrize(
    ("has_people", "consents", "lacks"),
    [
        (True, [], ["Orang di cerita ini dapat dikenali, tetapi persetujuannya belum dicatat."]),
        (False, [], []),
        (True, [consent()], []),
        (
            True,
            [consent(**GONE)],
            ["Persetujuan yang pernah ada sudah dicabut, dan belum ada yang lain."],
        ),
        (
            False,
            [consent(**GONE)],
            ["Persetujuan yang pernah ada sudah dicabut, dan belum ada yang lain."],
        ),
        (True, [consent(**GONE), consent()], []),
        (True, [consent(**GUARDED)], []),
        (
            True,
            [consent(), consent(**CHILD)],
            ["Rara masih anak-anak: nama wali dan hubungan wali belum dicatat."],
        ),
        (
            False,
            [consent(**{**CHILD, "guardian": "Wati"})],
            ["Rara masih anak-anak: hubungan wali belum dicatat."],
        ),
        (
            True,
            [consent(**{**GUARDED, "guardian": "  "})],
            ["Rara masih anak-anak: nama wali belum dicatat."],
        ),
        (True, [consent(), consent(**CHILD, **GONE)], []),
    ],
)
def test_what_forbids_publishing(has_people, consents, lacks):
    assert queries.missing_to_publish(Story(has_people=has_people), consents) == lacks


agreements = st.lists(
    st.builds(
        lambda scope, is_child, guarded, gone: consent(
            scope=scope,
            is_child=is_child,
            guardian="Wati" if guarded else "",
            guardian_relation="ibu" if guarded else "",
            **(GONE if gone else {}),
        ),
        st.sampled_from(ConsentScope),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=5,
)


@given(has_people=st.booleans(), consents=agreements)
def test_nothing_is_published_against_or_beyond_what_somebody_agreed_to(has_people, consents):
    in_force = [one for one in consents if one.withdrawn_at is None]
    unguarded = [one for one in in_force if one.is_child and not one.guardian]
    needed = has_people or bool(consents)

    may = not queries.missing_to_publish(Story(has_people=has_people), consents)

    assert may == (not unguarded and (bool(in_force) or not needed))
    width = [*ConsentScope].index
    assert all(width(queries.reach(consents)) <= width(one.scope) for one in in_force)


# --- Publishing -----------------------------------------------------------------------------------


def test_what_is_published_is_sealed_and_announced(
    sent, pic, library, announced, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        story = services.publish(story=sent, by=pic)

    assert (story.state, len(story.seal), story.decided_by) == (StoryState.APPROVED, 64, pic)
    assert steps(story) == [(StoryAction.SUBMITTED, ""), (StoryAction.APPROVED, "")]
    assert story.events.last().seal == story.seal
    assert announced == [library.pk]


def test_the_seal_holds_content_pictures_and_consents(draft, librarian):
    def seal() -> str:
        return services.seal_of(draft, draft.consents.all())

    seals = [seal()]
    services.add_photos(story=draft, photos=PICTURES[:1], by=librarian)
    seals.append(seal())
    draft.title = "Lain"
    seals.append(seal())
    draft.consents.update(guardian="Wati")
    seals.append(seal())
    draft.consents.update(withdrawn_at=timezone.now(), withdrawn_by=librarian)
    seals.append(seal())

    assert len(set(seals)) == 5
    assert seal() == seals[-1]


def test_a_child_without_guardian_is_refused_and_nothing_changes(
    draft, librarian, pic, announced, django_capture_on_commit_callbacks
):
    child = services.record_consent(story=draft, content=CHILD, by=librarian)
    services.submit(story=draft, by=librarian)

    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(services.NotAgreed) as refused,
    ):
        services.publish(story=draft, by=pic)

    draft.refresh_from_db()
    assert refused.value.missing == (
        "Rara masih anak-anak: nama wali dan hubungan wali belum dicatat.",
    )
    assert (draft.state, draft.seal, announced) == (StoryState.SUBMITTED, "", [])
    services.correct_consent(consent=child, content=GUARDED, by=librarian)
    assert services.publish(story=draft, by=pic).state == StoryState.APPROVED


@pytest.mark.parametrize("role", ["sender", "writer"])
def test_nobody_publishes_their_own(library, lumajang, librarian, pic, role):
    """Somebody who was the librarian and is the PIC now."""
    story = factories.story(library, librarian)
    services.submit(story=story, by=librarian)
    field = "submitted_by" if role == "sender" else "created_by"
    Story.objects.filter(pk=story.pk).update(**{field: pic})

    for step in (
        lambda: services.publish(story=story, by=pic),
        lambda: services.send_back(
            story=story, reason=ReturnReason.OTHER, comment="Kurang.", by=pic
        ),
    ):
        with pytest.raises(PermissionDenied):
            step()

    assert Story.objects.get().state == StoryState.SUBMITTED


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        ("librarian", False),
        ("staff", False),
        ("leader", False),
        ("facilitator", False),
        ("strange_pic", False),
        ("deputy", True),
        ("pic", True),
    ],
)
def test_who_judges(request, sent, actor, may):
    by = request.getfixturevalue(actor)

    if may:
        assert services.publish(story=sent, by=by).state == StoryState.APPROVED
        return
    with pytest.raises(PermissionDenied):
        services.publish(story=sent, by=by)


@pytest.fixture
def deputy(lumajang):
    return factories.someone(Role.FACILITATOR, lumajang, may_review=True)


def test_what_was_not_read_is_not_published(sent, librarian, pic):
    """Withdrawn, mended and sent in again while the PIC had the old page open."""
    read = sent.submitted_at
    services.withdraw(story=sent, comment="Sebentar.", by=librarian)
    services.reopen(story=sent, by=librarian)
    services.submit(story=sent, by=librarian, at=timezone.now() + timedelta(seconds=1))

    with pytest.raises(services.StoryChangedMeanwhile):
        services.publish(story=sent, by=pic, seen=read)


def test_sent_back_with_words_mended_and_sent_again(sent, librarian, pic):
    with pytest.raises(ValidationError):
        services.send_back(story=sent, reason=ReturnReason.PHOTO, comment="  ", by=pic)
    back = services.send_back(story=sent, reason=ReturnReason.PHOTO, comment="Buram.", by=pic)
    services.change(story=back, content={**STORY, "title": "Lebih jelas"}, by=librarian)
    services.submit(story=back, by=librarian)

    assert steps(back) == [
        (StoryAction.SUBMITTED, ""),
        (StoryAction.RETURNED, "Buram."),
        (StoryAction.RESUBMITTED, ""),
    ]
    assert queries.last_objection(list(back.events.order_by("pk"))).comment == "Buram."


def test_a_second_decision_comes_too_late(published, pic):
    for step in (
        lambda: services.publish(story=published, by=pic),
        lambda: services.send_back(
            story=published, reason=ReturnReason.OTHER, comment="Kurang.", by=pic
        ),
    ):
        with pytest.raises(services.StoryNotWaiting):
            step()


# --- Taken back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", ["librarian", "pic"])
def test_a_consent_taken_back_hides_the_story_in_the_same_breath(
    request, published, library, announced, django_capture_on_commit_callbacks, actor
):
    seal = published.seal

    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw_consent(
            consent=published.consents.get(), by=request.getfixturevalue(actor)
        )

    published.refresh_from_db()
    assert (published.state, published.seal) == (StoryState.WITHDRAWN, "")
    assert steps(published)[-1] == (StoryAction.WITHDRAWN, "Persetujuan dicabut.")
    assert published.events.last().seal == seal
    assert not Story.objects.published().exists()
    assert announced == [library.pk]


def test_one_that_waits_is_hidden_too_and_nothing_is_announced(
    sent, librarian, announced, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw_consent(consent=sent.consents.get(), by=librarian)

    sent.refresh_from_db()
    assert (sent.state, announced) == (StoryState.WITHDRAWN, [])


def test_a_draft_stays_a_draft_and_cannot_be_published(draft, librarian, pic):
    services.withdraw_consent(consent=draft.consents.get(), by=librarian)

    draft.refresh_from_db()
    assert draft.state == StoryState.DRAFT
    services.submit(story=draft, by=librarian)
    with pytest.raises(services.NotAgreed):
        services.publish(story=draft, by=pic)


def test_a_consent_is_taken_back_once(published, librarian):
    given_once = published.consents.get()
    services.withdraw_consent(consent=given_once, by=librarian)

    with pytest.raises(services.ConsentGone):
        services.withdraw_consent(consent=given_once, by=librarian)

    assert StoryEvent.objects.filter(action=StoryAction.WITHDRAWN).count() == 1


def test_one_of_two_is_enough_to_hide_it_and_another_consent_brings_it_back(draft, librarian, pic):
    second = services.record_consent(story=draft, content=GUARDED, by=librarian)
    services.submit(story=draft, by=librarian)
    services.publish(story=draft, by=pic)

    services.withdraw_consent(consent=second, by=pic)
    services.reopen(story=draft, by=librarian)
    services.record_consent(story=draft, content=GUARDED, by=librarian)
    services.submit(story=draft, by=librarian)

    assert services.publish(story=draft, by=pic).state == StoryState.APPROVED


def test_who_took_it_back_is_not_shown_again_without_a_look(draft, librarian, pic):
    """Somebody else's consent is not theirs: the reviewer says that they are in it no more."""
    second = services.record_consent(story=draft, content=GUARDED, by=librarian)
    services.submit(story=draft, by=librarian)
    services.publish(story=draft, by=pic)
    services.withdraw_consent(consent=second, by=pic)
    services.reopen(story=draft, by=librarian)
    services.submit(story=draft, by=librarian)

    with pytest.raises(services.NotAgreed, match=second.given_by):
        services.publish(story=draft, by=pic)
    draft.refresh_from_db()
    assert draft.state == StoryState.SUBMITTED

    published = services.publish(story=draft, by=pic, without_withdrawn=True)
    assert published.state == StoryState.APPROVED


@pytest.mark.parametrize("actor", ["stranger", "strange_pic", "staff", "facilitator"])
def test_nobody_else_takes_it_back(request, published, actor):
    by = request.getfixturevalue(actor)

    with pytest.raises(PermissionDenied):
        services.withdraw_consent(consent=published.consents.get(), by=by)
    with pytest.raises(PermissionDenied):
        services.withdraw(story=published, comment="Tarik.", by=by)


@pytest.mark.parametrize(
    ("state", "actor", "may"),
    [
        ("draft", "librarian", False),
        ("sent", "librarian", True),
        ("sent", "pic", False),
        ("published", "librarian", True),
        ("published", "pic", True),
    ],
)
def test_who_may_withdraw_what(request, state, actor, may):
    story, by = request.getfixturevalue(state), request.getfixturevalue(actor)

    if may:
        assert services.withdraw(story=story, comment="Diminta.", by=by).state == "withdrawn"
        return
    with pytest.raises(services.NotWithdrawable):
        services.withdraw(story=story, comment="Diminta.", by=by)


def test_withdrawing_needs_words(published, pic):
    with pytest.raises(ValidationError):
        services.withdraw(story=published, comment=" ", by=pic)

    published.refresh_from_db()
    assert published.state == StoryState.APPROVED


def test_under_the_seal_and_after_it_consents_stand(published, librarian):
    agreed = published.consents.get()
    for _state in ("published", "withdrawn"):
        with pytest.raises(services.ConsentLocked):
            services.record_consent(story=published, content=AGREED, by=librarian)
        with pytest.raises(services.ConsentLocked):
            services.correct_consent(consent=agreed, content=AGREED, by=librarian)
        published.refresh_from_db()
        if published.state == StoryState.APPROVED:
            services.withdraw(story=published, comment="Diminta.", by=librarian)


def test_what_is_not_withdrawn_is_not_reopened(published, librarian):
    with pytest.raises(services.NotWithdrawn):
        services.reopen(story=published, by=librarian)


# --- Who reads it ---------------------------------------------------------------------------------


READERS = ["librarian", "pic", "staff", "leader", "facilitator", "stranger", "strange_pic"]
SEEN_BY = {
    "draft": {"librarian"},
    "sent": {"librarian", "pic", "staff", "leader", "facilitator"},
    "published": {*READERS, "observer"},
    "withdrawn": {"librarian", "pic"},
}


@pytest.fixture
def observer(province):
    return factories.someone(Role.OBSERVER, province)


@pytest.fixture
def withdrawn(published, librarian) -> Story:
    return services.withdraw(story=published, comment="Diminta.", by=librarian)


@pytest.mark.parametrize("state", SEEN_BY)
def test_who_reads_a_story_and_sees_its_pictures(request, state):
    story = request.getfixturevalue(state)
    StoryPhoto.objects.create(story=story, sha256="a" * 64, width=4, height=3)

    people = {name: request.getfixturevalue(name) for name in (*READERS, "observer")}

    assert {n for n, p in people.items() if Story.objects.visible_to(p)} == SEEN_BY[state]
    assert {n for n, p in people.items() if StoryPhoto.objects.visible_to(p)} == SEEN_BY[state]


# --- What is noted --------------------------------------------------------------------------------


def test_each_step_leaves_one_event_and_no_names_of_people(library, librarian, pic):
    seen = AuditEvent.objects.count()
    story = services.write(library=library, content=STORY, by=librarian)
    services.change(story=story, content={**STORY, "speaker": "Ibu T."}, by=librarian)
    services.add_photos(story=story, photos=PICTURES[:1], by=librarian)
    services.remove_photo(photo=story.photos.get(), by=librarian)
    child = services.record_consent(story=story, content=GUARDED, by=librarian)
    services.correct_consent(consent=child, content={**GUARDED, "guardian": "Sri"}, by=librarian)
    services.submit(story=story, by=librarian)
    services.send_back(story=story, reason=ReturnReason.OTHER, comment="Rahasia.", by=pic)
    services.submit(story=story, by=librarian)
    services.publish(story=story, by=pic)
    services.withdraw_consent(consent=child, by=pic)
    services.reopen(story=story, by=librarian)
    services.submit(story=story, by=librarian)
    services.withdraw(story=story, comment="Batal.", by=librarian)

    events = list(AuditEvent.objects.order_by("pk"))[seen:]
    assert [event.action.partition(".")[2] for event in events] == [
        "write_story",
        "change_story",
        "add_story_photos",
        "remove_story_photo",
        "record_consent",
        "correct_consent",
        "submit_story",
        "return_story",
        "submit_story",
        "publish_story",
        "withdraw_consent",
        "reopen_story",
        "submit_story",
        "withdraw_story",
    ]
    assert {event.about for event in events} == {subject_of(library)}
    told = " ".join(str(event.changes) for event in events)
    for secret in ("Ibu S.", "Ibu T.", "Rara", "Wati", "Sri", "keripik", "Rahasia", "Batal"):
        assert secret not in told
    hidden = events[10].changes
    assert hidden["state"] == ["approved", "withdrawn"]
    assert len(hidden["seal"][0]) == 64


def test_what_is_refused_leaves_no_event(sent, librarian, pic):
    services.withdraw_consent(consent=sent.consents.get(), by=librarian)
    seen = AuditEvent.objects.count()

    for step in (
        lambda: services.change(story=sent, content=STORY, by=librarian),
        lambda: services.publish(story=sent, by=pic),
        lambda: services.withdraw_consent(consent=sent.consents.get(), by=pic),
    ):
        with pytest.raises(Exception):  # noqa: B017, PT011
            step()

    assert AuditEvent.objects.count() == seen


# --- Two libraries that are one -------------------------------------------------------------------


def test_a_merger_moves_the_stories_and_keeps_their_seals(library, librarian, pic, staff):
    duplicate = factories.LibraryFactory(region=factories.region("35.08.21.2001"))
    author = factories.someone(Role.LIBRARIAN, duplicate)
    story = factories.published_story(duplicate, author, pic)
    Story.objects.update(updated_at=timezone.now() - timedelta(days=9))
    seal = story.seal

    library_services.merge(keep=library, duplicate=duplicate, by=staff)

    story.refresh_from_db()
    assert (story.library, story.seal) == (library, seal)
    assert services.seal_of(story, story.consents.all()) == seal
    assert story.updated_at > timezone.now() - timedelta(minutes=1)  # the sweep looks at it
