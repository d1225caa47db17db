"""Telling people: each thing once, whoever tells it and however often."""

import threading

import pytest
from django.db import connections

from tests import factories
from tpbis.accounts import queries, services
from tpbis.accounts.enums import MailState, MessageKind, Role
from tpbis.accounts.models import AuditEvent, Message, MessageMute
from tpbis.accounts.services import News

pytestmark = pytest.mark.django_db

ADDRESS = "siti@example.org"


@pytest.fixture
def reader(librarian):
    librarian.email = ADDRESS
    librarian.save()
    return librarian


def tell(user, *, kind=MessageKind.BEFORE_DUE, subject="libraries.library:1", period="2026-10"):
    return services.tell(
        user=user, kind=kind, subject=subject, period=period, title="Judul", text="Isi", link="/"
    )


def news(user, **more) -> News:
    content = {
        "kind": MessageKind.BEFORE_DUE,
        "subject": "libraries.library:1",
        "period": "2026-10",
        "title": "Judul",
        "text": "Isi",
    }
    return News(user=user.pk, **{**content, **more})


def test_it_is_told_once(reader):
    first = tell(reader)

    again = tell(reader)

    assert again is None
    assert Message.objects.get() == first
    assert first.mail == MailState.PENDING


@pytest.mark.parametrize(
    "other",
    [
        {"period": "2026-11"},
        {"subject": "libraries.library:2"},
        {"kind": MessageKind.AFTER_DUE},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_month_thing_or_kind_is_another_message(reader, other):
    tell(reader)

    assert tell(reader, **other) is not None
    assert Message.objects.count() == 2


def test_each_person_is_told(reader, pic):
    tell(reader)

    assert tell(pic) is not None


def test_whose_account_is_closed_is_told_nothing(reader):
    reader.is_active = False
    reader.save()

    assert tell(reader) is None
    assert services.tell_many([news(reader)]) == 0
    assert not Message.objects.exists()


def test_many_are_told_once_each(reader, pic, stranger):
    tell(reader)
    everybody = [news(user) for user in (reader, pic, stranger)]

    told = services.tell_many([*everybody, *everybody])

    assert told == 2
    assert services.tell_many(everybody) == 0
    assert Message.objects.count() == 3


@pytest.mark.parametrize("rows", [1, 30])
def test_many_cost_the_same_queries_however_many(db, rows, django_assert_num_queries):
    told = [news(user) for user in factories.UserFactory.create_batch(rows)]

    with django_assert_num_queries(4):
        services.tell_many(told)

    assert Message.objects.count() == rows


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
@pytest.mark.parametrize("way", ["one", "many"])
def test_two_at_the_same_moment_tell_it_once(reader, pic, way):
    """Two beats, two workers: both looked before either wrote."""
    ready, found = threading.Barrier(2), []

    def telling() -> None:
        try:
            ready.wait()
            if way == "one":
                found.append(tell(reader) is not None)
            else:
                services.tell_many([news(reader), news(pic)])
        except BaseException as error:
            found.append(error)
            raise
        finally:
            connections.close_all()

    threads = [threading.Thread(target=telling) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Message.objects.filter(user=reader).count() == 1
    if way == "one":
        assert sorted(found) == [False, True]
    else:
        assert found == []


def test_whoever_came_second_is_told_so(reader, monkeypatch):
    """The other one's row came in between looking and writing."""
    from tpbis.accounts.services import messages

    tell(reader)
    real = messages._known
    calls = []

    def known(news):
        calls.append(1)
        return set() if len(calls) == 1 else real(news)

    monkeypatch.setattr(messages, "_known", known)

    assert tell(reader) is None
    assert Message.objects.count() == 1


def test_long_words_are_cut_and_a_title_is_one_line(reader):
    message = services.tell(
        user=reader,
        kind=MessageKind.RETURNED,
        subject="x:1",
        period="1",
        title="Judul\r\nBcc: jahat@example.org " + "x" * 300,
        text="y" * 9_000,
        link="/" + "z" * 400,
    )

    message.refresh_from_db()
    assert "\n" not in message.title
    assert (len(message.title), len(message.text), message.link) == (200, 4_000, "")


# --- By mail --------------------------------------------------------------------------------------


def test_without_an_address_there_is_no_mail(librarian):
    assert tell(librarian).mail == MailState.NONE


def test_a_portal_that_cannot_mail_promises_none(reader, settings):
    settings.TPBIS_CAN_MAIL = False

    assert tell(reader).mail == MailState.NONE


def test_what_was_muted_is_told_but_not_mailed(reader):
    services.mute(user=reader, kind=MessageKind.BEFORE_DUE, by=reader)

    assert tell(reader).mail == MailState.NONE
    assert tell(reader, kind=MessageKind.AFTER_DUE).mail == MailState.PENDING


def test_what_was_sent_back_is_always_mailed(reader):
    with pytest.raises(services.AlwaysMailed):
        services.mute(user=reader, kind=MessageKind.RETURNED, by=reader)
    MessageMute.objects.create(user=reader, kind=MessageKind.RETURNED)  # by whatever mistake

    assert tell(reader, kind=MessageKind.RETURNED).mail == MailState.PENDING


def test_muting_is_audited_once_and_only_when_it_changes_something(reader):
    for _ in range(2):
        services.mute(user=reader, kind=MessageKind.AFTER_DUE, by=reader)

    event = AuditEvent.objects.get(action="accounts.choose_mail")
    assert event.by == reader
    assert event.changes == {"kind": [[], ["after_due"]]}


def test_muting_is_taken_back(reader):
    services.mute(user=reader, kind=MessageKind.AFTER_DUE, by=reader)

    services.unmute(user=reader, kind=MessageKind.AFTER_DUE, by=reader)

    assert queries.muted_kinds(reader) == set()


def test_a_mails_address_says_whom_and_what_it_turns_off(reader):
    token = (
        services.messages.mute_address(reader, MessageKind.DIGEST).rstrip("/").rpartition("/")[2]
    )

    assert services.holder_of(token) == (reader, MessageKind.DIGEST)
    assert services.holder_of(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert services.holder_of(f"{reader.pk}.digest") is None


# --- Reading --------------------------------------------------------------------------------------


def test_only_ones_own_is_marked_read(reader, stranger):
    message = tell(reader)

    services.mark_read(message=message, by=stranger)
    assert queries.unread_count(reader) == 1

    services.mark_read(message=message, by=reader)
    assert queries.unread_count(reader) == 0


def test_all_are_marked_read(reader, stranger):
    tell(reader), tell(reader, period="2026-11"), tell(stranger)

    assert services.mark_all_read(by=reader) == 2
    assert (queries.unread_count(reader), queries.unread_count(stranger)) == (0, 1)


def test_reading_is_nobody_elses_business(reader):
    services.mark_read(message=tell(reader), by=reader)

    assert not AuditEvent.objects.exists()


def test_the_copy_of_ones_data_holds_what_one_was_told(reader, stranger):
    tell(reader), tell(stranger)
    services.mute(user=reader, kind=MessageKind.BEFORE_DUE, by=reader)

    copy = queries.personal_copy(reader)

    assert [one["title"] for one in copy["messages"]] == ["Judul"]
    assert copy["not_by_mail"] == ["before_due"]


@pytest.mark.parametrize("role", Role)
def test_only_what_a_role_is_told_can_be_chosen(db, role):
    kinds = queries.kinds_to_choose(factories.UserFactory(role=role))

    assert MessageKind.RETURNED not in kinds
    assert bool(kinds) == (role not in {"observer", "supporter"})
