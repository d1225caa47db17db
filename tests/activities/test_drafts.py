"""What was typed and is not an entry: kept as it was typed, gone once stored, nobody else's."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyCase

from activities import services
from activities.enums import Kind
from activities.forms import InvolvementForm
from activities.models import Activity, EntryDraft
from activities.photos import store_photo
from activities.services import drafts
from activities.tasks import sweep_drafts
from libraries.enums import ReportingMode
from libraries.models import Library
from tests import factories
from tests.activities.pictures import jpeg
from tpbis.accounts.enums import Role

SEPTEMBER = date(2024, 9, 1)
NUMBER = uuid.UUID(int=7)


@pytest.fixture
def keep(library, librarian):
    def keep(fields=None, **more):
        content = {
            "library": library,
            "uuid": NUMBER,
            "kind": Kind.INVOLVEMENT,
            "is_snapshot": False,
            "fields": fields or {"title": ["Pelatihan"]},
            "by": librarian,
        }
        return services.keep_draft(**content | more)

    return keep


@pytest.fixture
def entry(library, librarian) -> Activity:
    return factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER).activities.get()


def received(library, librarian, *, title="Pelatihan merajut", number=NUMBER):
    content = factories.content(Kind.INVOLVEMENT, month=SEPTEMBER, title=title)
    return services.receive(
        library=library, kind=Kind.INVOLVEMENT, content=content, by=librarian, uuid=number
    )


def test_typing_on_replaces_what_was_kept(keep):
    keep({"title": ["Pela"]})
    keep({"title": ["Pelatihan"], "held_on": ["kemarin"]})

    draft = EntryDraft.objects.get()
    assert draft.fields == {"title": ["Pelatihan"], "held_on": ["kemarin"]}


class TestWhatWasTyped(PropertyCase):
    @given(
        fields=st.dictionaries(
            st.sampled_from(["title", "place", "held_on", "participants_total"]),
            st.lists(st.text(st.characters(), max_size=40), min_size=1, max_size=3),
        )
    )
    def test_is_kept_whatever_it_is_but_for_what_no_database_holds(self, fields):
        library = factories.LibraryFactory()
        librarian = factories.someone(Role.LIBRARIAN, library)

        services.keep_draft(
            library=library,
            uuid=NUMBER,
            kind=Kind.INVOLVEMENT,
            is_snapshot=False,
            fields=fields,
            by=librarian,
        )

        kept = EntryDraft.objects.get().fields
        assert kept == {
            name: [
                "".join(c for c in text if c != "\x00" and not 0xD800 <= ord(c) <= 0xDFFF)
                for text in texts
            ]
            for name, texts in fields.items()
        }

    @given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
    def test_stands_in_the_form_that_is_opened_again(self, text):
        library = factories.LibraryFactory()
        librarian = factories.someone(Role.LIBRARIAN, library)
        draft = services.keep_draft(
            library=library,
            uuid=NUMBER,
            kind=Kind.INVOLVEMENT,
            is_snapshot=False,
            fields={"held_on": [text], "participants_total": [text], "theme": [text]},
            by=librarian,
        )

        form = InvolvementForm(library=library, month=SEPTEMBER, draft=draft)

        said = text.replace("\x00", "")
        shown = [form[name].value() for name in ("held_on", "participants_total", "theme")]
        assert shown == [said] * 3
        assert form.number == NUMBER


def test_very_long_texts_are_cut(keep):
    draft = keep({"title": ["a" * 20_000] * 50})

    assert (len(draft.fields["title"]), len(draft.fields["title"][0])) == (20, 10_000)


def test_storing_takes_the_draft_away(keep, library, librarian):
    keep()

    received(library, librarian)

    assert not EntryDraft.objects.exists()


def test_a_text_that_comes_after_the_entry_was_stored_is_not_kept(keep, library, librarian):
    received(library, librarian)

    assert keep() is None
    assert not EntryDraft.objects.exists()


def test_what_mends_an_entry_is_kept_until_it_is_saved(keep, entry, librarian):
    draft = keep(uuid=entry.uuid, mends=True)
    services.change(activity=entry, content={"title": "Baru"}, by=librarian)

    assert draft.entry == entry
    assert not EntryDraft.objects.exists()


def test_what_would_mend_a_locked_or_foreign_entry_is_not_kept(
    keep, entry, librarian, other_library, stranger
):
    theirs = factories.report(other_library, stranger, Kind.INVOLVEMENT).activities.get()
    services.submit(report=entry.report, by=librarian)

    assert keep(uuid=entry.uuid, mends=True) is None
    assert keep(uuid=theirs.uuid, mends=True) is None
    assert keep(uuid=theirs.uuid) is None


def test_drafts_are_kept_for_ones_own_library_only(keep, other_library, stranger, pic):
    for who in (stranger, pic):
        with pytest.raises(PermissionDenied):
            keep(by=who)
    with pytest.raises(PermissionDenied):
        keep(library=other_library)


def test_where_the_sim_is_used_nothing_is_kept(keep, lumajang):
    lumajang.reporting_mode = ReportingMode.SIM
    lumajang.save()

    with pytest.raises(services.RecordedInSim, match="SIM Perpusnas"):
        keep(library=Library.objects.get())


def test_a_draft_is_seen_by_whoever_typed_it(keep, library, librarian, staff, pic):
    colleague = factories.someone(Role.LIBRARIAN, library)
    draft = keep()

    seen = {
        who.pk: list(EntryDraft.objects.visible_to(who))
        for who in (librarian, colleague, staff, pic)
    }

    assert seen == {librarian.pk: [draft], colleague.pk: [], staff.pk: [], pic.pk: []}
    with pytest.raises(PermissionDenied):
        services.discard_draft(draft=draft, by=colleague)


def test_two_people_may_type_under_one_number(keep, library):
    colleague = factories.someone(Role.LIBRARIAN, library)

    keep()
    keep(by=colleague)

    assert EntryDraft.objects.count() == 2


# --- Twins ----------------------------------------------------------------------------------------


@pytest.fixture
def twin(entry, library, librarian) -> EntryDraft:
    return services.keep_twin(
        library=library,
        uuid=entry.uuid,
        kind=Kind.INVOLVEMENT,
        is_snapshot=False,
        fields={"title": ["Lomba mewarnai"]},
        photos=[store_photo(jpeg())],
        by=librarian,
    )


def again(twin: EntryDraft, **more):
    return services.keep_twin(
        **{
            "library": twin.library,
            "uuid": twin.uuid,
            "kind": Kind.INVOLVEMENT,
            "is_snapshot": False,
            "fields": {"title": ["Lomba mewarnai"]},
            "photos": drafts.photos_of(twin),
            "by": twin.by,
        }
        | more
    )


def test_the_same_second_content_is_kept_once_and_a_third_beside_it(twin):
    assert again(twin) == twin
    assert again(twin, fields={"title": ["Bazar"]}) != twin
    assert EntryDraft.objects.twins().count() == 2


def test_the_database_keeps_a_second_content_once(twin):
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryDraft.objects.create(
            uuid=twin.uuid,
            library=twin.library,
            by=twin.by,
            kind=twin.kind,
            entry=twin.entry,
            is_twin=True,
            content_hash=twin.content_hash,
        )


def test_a_second_content_may_replace_the_first(twin, entry, librarian):
    content = factories.content(Kind.INVOLVEMENT, month=SEPTEMBER, title="Lomba mewarnai")

    services.take_twin(twin=twin, content=content, by=librarian)

    entry.refresh_from_db()
    assert (entry.title, entry.version, entry.photos.count()) == ("Lomba mewarnai", 2, 1)
    assert not EntryDraft.objects.exists()


def test_a_second_content_does_not_replace_what_was_sent(twin, entry, librarian):
    services.submit(report=entry.report, by=librarian)

    with pytest.raises(services.Locked):
        services.take_twin(twin=twin, content={"title": "Lain"}, by=librarian)

    assert EntryDraft.objects.twins().get() == twin


def test_a_second_content_may_become_an_entry_of_its_own(twin, entry, librarian):
    draft = services.part_twin(twin=twin, by=librarian)

    assert draft.uuid != entry.uuid
    assert (draft.is_twin, draft.entry) == (False, None)
    assert draft.photos


def test_deleting_the_entry_leaves_the_second_content(twin, entry, librarian):
    services.remove(activity=entry, by=librarian)

    assert EntryDraft.objects.get().fields == {"title": ["Lomba mewarnai"]}


def test_a_number_of_another_library_makes_a_draft(library, librarian, other_library, stranger):
    theirs = factories.report(other_library, stranger, Kind.INVOLVEMENT).activities.get()

    draft = services.keep_twin(
        library=library,
        uuid=theirs.uuid,
        kind=Kind.INVOLVEMENT,
        is_snapshot=False,
        fields={},
        by=librarian,
    )

    assert (draft.is_twin, draft.entry) == (False, None)


# --- Sweeping -------------------------------------------------------------------------------------


def test_after_90_days_half_written_texts_go_and_twins_stay(keep, twin):
    old = timezone.now() - timedelta(days=drafts.KEPT_DAYS, minutes=1)
    keep(uuid=uuid.uuid4(), at=old)
    young = keep(uuid=uuid.uuid4(), at=old + timedelta(hours=1))
    EntryDraft.objects.filter(pk=twin.pk).update(updated_at=old)

    sweep_drafts()

    assert set(EntryDraft.objects.all()) == {young, twin}
