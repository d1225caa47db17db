"""The page of messages, the bell on every page, and the address in a mail that turns it off."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tpbis.accounts import queries, services
from tpbis.accounts.enums import MessageKind, Role
from tpbis.accounts.models import AuditEvent, Message

pytestmark = pytest.mark.django_db

INBOX = reverse("accounts:messages")
CHOICE = reverse("accounts:message_mail")


def told(user, number=1, *, link="/akun/", kind=MessageKind.BEFORE_DUE) -> Message:
    return services.tell(
        user=user,
        kind=kind,
        subject="libraries.library:1",
        period=f"p{number}",
        title=f"Pesan {number}",
        text="Isi\npesan <b>",
        link=link,
    )


def opening(message) -> str:
    return reverse("accounts:message_open", kwargs={"pk": message.pk})


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries_however_many(
    client, librarian, rows, django_assert_num_queries
):
    for number in range(rows):
        told(librarian, number)
    client.force_login(librarian)
    client.get(INBOX)

    with django_assert_num_queries(6):
        response = client.get(INBOX)

    titles = [message.title for message in response.context["page"]]
    assert titles == [f"Pesan {number}" for number in reversed(range(rows))]


def test_what_others_were_told_is_not_shown(client, librarian, stranger):
    told(stranger)
    client.force_login(librarian)

    page = client.get(INBOX).content.decode()

    assert "Pesan 1" not in page
    assert "Belum ada pesan" in page


def test_words_are_shown_as_words(client, librarian):
    told(librarian)
    client.force_login(librarian)

    assert "Isi<br>pesan &lt;b&gt;" in client.get(INBOX).content.decode()


def test_opening_marks_it_read_and_leads_there(client, librarian):
    message = told(librarian, link="/laporan/bulan/2026-10/")
    client.force_login(librarian)

    response = client.post(opening(message))

    assert (response.status_code, response.url) == (302, "/laporan/bulan/2026-10/")
    assert queries.unread_count(librarian) == 0


@pytest.mark.parametrize("link", ["", "https://jahat.example/", "//jahat.example/", "javascript:1"])
def test_nothing_leads_out_of_the_portal(client, librarian, link):
    message = told(librarian, link=link)
    client.force_login(librarian)

    assert client.post(opening(message)).url == INBOX


def test_somebody_elses_does_not_exist(client, librarian, stranger):
    message = told(stranger)
    client.force_login(librarian)

    response = client.post(opening(message))

    assert response.status_code == 404
    assert queries.unread_count(stranger) == 1


def test_looking_marks_nothing_read(client, librarian):
    message = told(librarian)
    client.force_login(librarian)

    client.get(INBOX)

    assert client.get(opening(message)).status_code == 405
    assert queries.unread_count(librarian) == 1


def test_all_at_once(client, librarian):
    told(librarian, 1), told(librarian, 2)
    client.force_login(librarian)

    client.post(reverse("accounts:message_read_all"))

    page = client.get(INBOX).content.decode()
    assert "Semua sudah dibaca" in page


# --- The bell -------------------------------------------------------------------------------------


def test_every_page_says_how_many_are_unread(client, librarian):
    told(librarian, 1), told(librarian, 2)
    client.force_login(librarian)

    response = client.get(reverse("accounts:account"))

    assert response.context["unread_messages"] == 2


@pytest.mark.parametrize("rows", [0, 3])
def test_the_bell_costs_no_query_of_its_own(client, librarian, rows, django_assert_max_num_queries):
    for number in range(rows):
        told(librarian, number)
    client.force_login(librarian)

    with django_assert_max_num_queries(20) as seen:
        client.get(reverse("help"))

    asked = [query["sql"] for query in seen if "accounts_message" in query["sql"]]
    assert ["accounts_user" in sql for sql in asked] == [True]  # it comes with the account


def test_whoever_is_not_signed_in_costs_none(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as seen:
        client.get(reverse("help"))

    assert [query["sql"] for query in seen if "accounts_message" in query["sql"]] == []


# --- Which come by mail ---------------------------------------------------------------------------


def test_what_is_not_ticked_is_muted(client, librarian):
    client.force_login(librarian)

    client.post(CHOICE, {"kinds": ["before_due"]})

    others = {MessageKind.AFTER_DUE, MessageKind.SYNERGY, MessageKind.SIM}
    assert queries.muted_kinds(librarian) == others
    form = client.get(INBOX).context["form"]
    assert form.initial["kinds"] == [MessageKind.BEFORE_DUE]


@pytest.mark.parametrize("kinds", [["returned"], ["digest"], ["\x00"], ["apa saja"]])
def test_a_kind_that_is_no_choice_is_refused(client, librarian, kinds):
    client.force_login(librarian)

    response = client.post(CHOICE, {"kinds": kinds})

    assert response.status_code == 422
    assert "Pilihan ini tidak ada di daftar" in response.content.decode()
    assert queries.muted_kinds(librarian) == set()


def test_whoever_is_told_nothing_has_nothing_to_choose(client, province):
    client.force_login(factories.someone(Role.OBSERVER, province))

    assert client.get(INBOX).context["form"] is None
    assert client.post(CHOICE, {}).status_code == 403


def test_without_an_address_it_says_who_adds_one(client, librarian, settings):
    client.force_login(librarian)

    assert "Minta PIC atau staf provinsi" in client.get(INBOX).content.decode()

    settings.TPBIS_CAN_MAIL = False
    assert "belum bisa mengirim surel" in client.get(INBOX).content.decode()


# --- The address in a mail ------------------------------------------------------------------------


@pytest.fixture
def address(librarian) -> str:
    whole = services.messages.mute_address(librarian, MessageKind.BEFORE_DUE)
    return "/" + whole.split("/", 3)[3]


def test_looking_at_it_turns_nothing_off(client, librarian, address):
    """Mail programs look at links before people do."""
    page = client.get(address).content.decode()

    assert "Ya, berhenti" in page
    assert librarian.full_name not in page
    assert queries.muted_kinds(librarian) == set()


def test_the_button_turns_it_off_without_signing_in(client, librarian, address):
    response = client.post(address)

    assert "Sudah dimatikan" in response.content.decode()
    assert queries.muted_kinds(librarian) == {MessageKind.BEFORE_DUE}
    assert AuditEvent.objects.get().by == librarian


def test_a_mail_program_turns_it_off_in_one_click(librarian, address):
    """RFC 8058: without cookies and without a token."""
    strict = Client(enforce_csrf_checks=True)

    for _ in range(2):
        assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert queries.muted_kinds(librarian) == {MessageKind.BEFORE_DUE}
    assert AuditEvent.objects.count() == 1


def test_somebody_else_who_is_signed_in_turns_off_the_readers_not_their_own(
    client, librarian, stranger, address
):
    client.force_login(stranger)

    client.post(address)

    assert queries.muted_kinds(librarian) == {MessageKind.BEFORE_DUE}
    assert queries.muted_kinds(stranger) == set()


@pytest.mark.parametrize(
    "token", ["apa-saja", "1.before_due", "1.before_due:xyz", "%00", "9" * 500]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_was_made_up_does_not_exist(client, librarian, method, token):
    assert getattr(client, method)(f"/pesan/berhenti/{token}/").status_code in (400, 404)
    assert queries.muted_kinds(librarian) == set()
