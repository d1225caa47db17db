"""Mail: a reminder may get lost and never comes twice; a send-back may come twice and never gets
lost."""

import contextlib
import smtplib
import socket
import threading
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections
from django.utils import timezone

from tpbis.accounts import services
from tpbis.accounts.enums import MailState, MessageKind
from tpbis.accounts.models import Message
from tpbis.accounts.services import mailing

pytestmark = pytest.mark.django_db

REMINDER, RETURNED = MessageKind.BEFORE_DUE, MessageKind.RETURNED


class Killed(BaseException):
    """As a worker that is killed: nothing after it happens."""


class Server(EmailBackend):
    """Does in turn what ``plan`` says, then takes everything: ``ok`` takes, ``killed`` takes and
    the worker dies, an error is raised."""

    plan: list = []
    seen: list = []

    def open(self):
        if self.plan and self.plan[0] == "away":
            self.plan.pop(0)
            raise ConnectionRefusedError

    def send_messages(self, messages):
        step = self.plan.pop(0) if self.plan else "ok"
        if isinstance(step, BaseException):
            raise step
        self.seen.extend(messages)
        if step == "killed":
            raise Killed
        return len(messages)


@pytest.fixture
def server(monkeypatch):
    Server.plan, Server.seen = [], []
    monkeypatch.setattr(mailing, "get_connection", Server)
    return Server


@pytest.fixture
def reader(librarian):
    librarian.email = "siti@example.org"
    librarian.save()
    return librarian


@pytest.fixture
def told(reader):
    def tell(kind=REMINDER, *, period="2026-10", to=reader) -> Message:
        return services.tell(
            user=to,
            kind=kind,
            subject="libraries.library:1",
            period=period,
            title="Laporan Oktober 2026, Perpustakaan Desa Sumber Ilmu: batas kirim 5 November",
            text="Laporan belum dikirim.",
            link="/laporan/bulan/2026-10/",
        )

    return tell


def state_of(message: Message) -> tuple[str, int]:
    message.refresh_from_db()
    return message.mail, message.mail_tries


# --- What it says ---------------------------------------------------------------------------------


def test_a_mail_names_the_month_and_library_and_leads_there(told, settings):
    settings.TPBIS_PUBLIC_URL = "https://portal.example.go.id"
    told()

    assert services.mail_pending() == 1

    (sent,) = mail.outbox
    assert sent.to == ["siti@example.org"]
    assert sent.subject.startswith("Laporan Oktober 2026, Perpustakaan Desa Sumber Ilmu")
    assert "Halo Siti Aminah," in sent.body
    assert "https://portal.example.go.id/laporan/bulan/2026-10/" in sent.body
    assert "Matikan di sini" in sent.body


def test_a_mail_program_can_turn_it_off(told):
    told()
    services.mail_pending()

    headers = message_from_bytes(mail.outbox[0].message().as_bytes())

    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].strip().strip("<>") in mail.outbox[0].body
    assert headers["Auto-Submitted"] == "auto-generated"


def test_what_was_sent_back_cannot_be_turned_off(told):
    told(RETURNED)
    services.mail_pending()

    (sent,) = mail.outbox
    assert "List-Unsubscribe" not in sent.extra_headers
    assert "selalu dikirim" in sent.body


def test_the_same_message_has_the_same_name_after_a_restored_backup(told):
    told()
    services.mail_pending()
    Message.objects.all().delete()

    told()
    services.mail_pending()

    names = {sent.message()["Message-ID"] for sent in mail.outbox}
    assert (len(mail.outbox), len(names)) == (2, 1)


def test_other_messages_have_other_names(told):
    told(), told(period="2026-11")
    services.mail_pending()

    assert len({sent.message()["Message-ID"] for sent in mail.outbox}) == 2


# --- Once -----------------------------------------------------------------------------------------


def test_a_mail_is_sent_once(told):
    message = told()

    assert [services.mail_pending() for _ in range(3)] == [1, 0, 0]
    assert state_of(message) == (MailState.SENT, 1)


def test_the_oldest_go_first_and_no_more_than_asked(told):
    messages = [told(period=f"2026-{n:02}") for n in range(1, 6)]

    assert services.mail_pending(2) == 2

    assert [state_of(one)[0] for one in messages] == ["sent", "sent", *["pending"] * 3]


@pytest.mark.parametrize(
    "kind", [REMINDER, MessageKind.DIGEST, MessageKind.ESCALATION, MessageKind.DOCUMENT]
)
def test_a_reminder_whose_worker_died_is_never_sent_again(told, server, kind):
    message, now = told(kind), timezone.now()
    server.plan = ["killed"]

    with pytest.raises(Killed):
        services.mail_pending(at=now)
    for hours in (0, 1, 24, 240):
        services.mail_pending(at=now + timedelta(hours=hours))

    assert len(server.seen) == 1
    assert state_of(message) == (MailState.SENT, 1)


def test_a_send_back_whose_worker_died_is_sent_again_once_it_is_surely_gone(told, server, settings):
    message, now = told(RETURNED), timezone.now()
    server.plan = ["killed"]

    with pytest.raises(Killed):
        services.mail_pending(at=now)
    services.mail_pending(at=now + timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT))
    assert len(server.seen) == 1

    services.mail_pending(at=now + timedelta(minutes=20))
    services.mail_pending(at=now + timedelta(days=9))

    names = {sent.message()["Message-ID"] for sent in server.seen}
    assert (len(server.seen), len(names)) == (2, 1)
    assert state_of(message) == (MailState.SENT, 2)


def test_a_late_answer_of_a_try_that_was_given_up_changes_nothing(told, server, monkeypatch):
    """The worker was thought gone, and was not."""
    message, now = told(RETURNED), timezone.now()

    def meanwhile(self, messages):
        Message.objects.update(mail=MailState.SENT, mail_tries=2)
        raise smtplib.SMTPDataError(451, b"later")

    monkeypatch.setattr(server, "send_messages", meanwhile)

    services.mail_pending(at=now)

    assert state_of(message) == (MailState.SENT, 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_two_workers_share_the_mails(told, server):
    messages = [told(period=f"p{n}") for n in range(12)]
    ready, sent = threading.Barrier(2), []

    def work() -> None:
        try:
            ready.wait()
            sent.append(services.mail_pending())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sent) == 12
    assert len({one.message()["Message-ID"] for one in server.seen}) == len(server.seen) == 12
    assert {state_of(one) for one in messages} == {(MailState.SENT, 1)}


# --- Refused, or nobody there ---------------------------------------------------------------------


def refusal() -> smtplib.SMTPException:
    return smtplib.SMTPRecipientsRefused({"siti@example.org": (550, b"no such user")})


@pytest.mark.parametrize("kind", [REMINDER, RETURNED])
def test_what_is_refused_is_tried_five_times_further_and_further_apart(told, server, kind):
    message, now = told(kind), timezone.now()
    server.plan = [refusal() for _ in range(9)]
    tries = []

    for minute in range(0, 40 * 60, 10):
        before = message.mail_tries
        services.mail_pending(at=now + timedelta(minutes=minute))
        message.refresh_from_db()
        if message.mail_tries > before:
            tries.append(minute)

    assert tries == [0, 20, 80, 440, 1880]
    assert state_of(message) == (MailState.FAILED, 5)


def test_what_is_refused_once_leaves_later(told, server):
    message, now = told(), timezone.now()
    server.plan = [smtplib.SMTPDataError(451, b"greylisted")]

    services.mail_pending(at=now)
    assert state_of(message) == (MailState.PENDING, 1)
    services.mail_pending(at=now + timedelta(minutes=21))

    assert state_of(message) == (MailState.SENT, 2)


def test_one_that_is_refused_does_not_hold_up_the_others(told, server):
    first, second = told(), told(period="2026-11")
    server.plan = [refusal()]

    assert services.mail_pending() == 1
    assert (state_of(first)[0], state_of(second)[0]) == (MailState.PENDING, MailState.SENT)


def test_an_address_that_is_none_is_refused(told, reader):
    reader.email = "siti\n@example.org"
    reader.save()
    message = told()

    assert services.mail_pending() == 0
    assert state_of(message) == (MailState.PENDING, 1)


def test_a_server_that_is_away_costs_no_try(told, server):
    message, now = told(), timezone.now()
    server.plan = ["away"] * 30

    for minute in range(30):
        assert services.mail_pending(at=now + timedelta(minutes=minute)) == 0
    assert state_of(message) == (MailState.PENDING, 0)

    assert services.mail_pending(at=now + timedelta(hours=3)) == 1


def test_a_line_that_breaks_leaves_the_others_for_the_next_run(told, server):
    first, second = told(), told(period="2026-11")
    server.plan = [smtplib.SMTPServerDisconnected("gone")]

    services.mail_pending()

    assert state_of(first) == (MailState.SENT, 1)  # whether it left nobody knows
    assert state_of(second) == (MailState.PENDING, 0)


@contextlib.contextmanager
def silent_server():
    """Takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_server_that_hangs_holds_up_one_run_for_its_timeout(told, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 0.2
    messages = [told(period=f"p{n}") for n in range(5)]
    begun = timezone.now()

    with silent_server() as settings.EMAIL_PORT:
        assert services.mail_pending() == 0

    assert timezone.now() - begun < timedelta(seconds=2)
    assert {state_of(one) for one in messages} == {(MailState.PENDING, 0)}


# --- Not wanted any more --------------------------------------------------------------------------


def test_what_was_muted_meanwhile_is_not_mailed(told, reader):
    message = told()
    services.mute(user=reader, kind=REMINDER, by=reader)

    assert services.mail_pending() == 0
    assert (state_of(message), mail.outbox) == ((MailState.NONE, 0), [])


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}], ids=str)
def test_whoever_left_meanwhile_is_not_mailed(told, reader, change):
    message = told(RETURNED)
    type(reader).objects.filter(pk=reader.pk).update(**change)

    assert services.mail_pending() == 0
    assert state_of(message) == (MailState.NONE, 0)


def test_a_reminder_that_would_come_days_late_stays_away_a_send_back_does_not(told):
    reminder, back = told(), told(RETURNED)

    services.mail_pending(at=timezone.now() + timedelta(days=3))

    assert (state_of(reminder)[0], state_of(back)[0]) == (MailState.NONE, MailState.SENT)


def test_nothing_to_send_asks_one_question(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert services.mail_pending() == 0
