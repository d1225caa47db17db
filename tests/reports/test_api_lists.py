"""The API's lists: the scope of the pages, a constant number of queries, 304, and problems."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.enums import Kind
from kpi import services as kpi
from libraries import services
from libraries.models import Library
from tests import factories
from tpbis.accounts.enums import Role, TokenRight
from tpbis.accounts.models import ApiToken
from tpbis.accounts.services import revoke_token

pytestmark = pytest.mark.django_db

LISTS = [
    "regions",
    "libraries",
    "monthly_reports",
    "activities",
    "scores",
    "organisations",
    "partnerships",
    "events",
    "documents",
]


@pytest.fixture
def secret(staff, lumajang) -> str:
    _token, secret = services.let_program_in(
        name="Dasbor Bappeda",
        purpose="Peta capaian",
        region=lumajang,
        right=TokenRight.READ,
        last_day=timezone.localdate() + timedelta(days=30),
        by=staff,
    )
    return secret


def ask(client, name, secret="", query="", **headers):
    if secret:
        headers["Authorization"] = f"Bearer {secret}"
    return client.get(reverse(f"api:{name}") + query, headers=headers)


@pytest.mark.parametrize("name", LISTS)
def test_a_program_reads_every_list(client, secret, library, name):
    answer = ask(client, name, secret)

    assert answer.status_code == 200
    assert set(answer.json()) == {"next", "previous", "results"}


def test_a_program_reads_its_region_alone(
    client, secret, library, other_library, librarian, pic, stranger, strange_pic
):
    for here, by, judge in ((library, librarian, pic), (other_library, stranger, strange_pic)):
        report = factories.approved(here, by, judge, Kind.INVOLVEMENT)
        kpi.count_and_rescore(library=here, month=report.month)

    def told(name, field):
        return {row[field] for row in ask(client, name, secret).json()["results"]}

    assert told("libraries", "id") == {library.pk}
    assert told("monthly_reports", "library") == {library.pk}
    assert told("activities", "library") == {library.pk}
    assert told("scores", "library") == {library.pk}
    assert all(code.startswith("35.08") for code in told("regions", "code"))


def test_nobody_is_named(client, secret, library):
    Library.objects.update(contact_name="Ibu Sulastri", contact_phone="+6281234567890")

    answer = ask(client, "libraries", secret)

    assert "Sulastri" not in answer.content.decode()
    assert "81234567890" not in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", ["libraries", "monthly_reports", "activities", "scores"])
def test_a_list_asks_the_same_however_long(
    client, secret, lumajang, librarian, pic, library, rows, name, django_assert_max_num_queries
):
    for number in range(rows):
        here = library if not number else factories.LibraryFactory(region=library.region)
        by = librarian
        if here != library:
            by = factories.someone(Role.LIBRARIAN, here, username=f"p{number}")
        report = factories.approved(here, by, pic, Kind.INVOLVEMENT)
        kpi.count_and_rescore(library=here, month=report.month)
    ask(client, name, secret)

    with django_assert_max_num_queries(1 + 4):  # the token, and four
        answer = ask(client, name, secret)

    told = answer.json()["results"]
    # An entry says of which library it is, and there are scores of each month since.
    assert len({row.get("library", row["id"]) for row in told}) == rows


def test_pages_follow_the_cursor(client, secret, library):
    for _number in range(4):
        factories.LibraryFactory(region=library.region)
    first = ask(client, "libraries", secret, "?limit=3").json()

    rest = client.get(first["next"], headers={"Authorization": f"Bearer {secret}"}).json()

    seen = [row["id"] for row in first["results"] + rest["results"]]
    assert len(first["results"]) == 3
    assert rest["next"] is None
    assert seen == list(Library.objects.order_by("pk").values_list("pk", flat=True))


def test_what_did_not_change_is_not_sent_again(client, secret, library):
    first = ask(client, "libraries", secret)
    tag = {"If-None-Match": first.headers["ETag"]}

    again = ask(client, "libraries", secret, **tag)
    factories.LibraryFactory(region=library.region)
    changed = ask(client, "libraries", secret, **tag)

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [("?wilayah=35.05", "wilayah"), ("?warna=pink", "warna"), ("?cursor=x", "cursor")],
)
def test_a_wrong_choice_is_a_problem_that_names_it(client, secret, library, query, field):
    answer = ask(client, "libraries", secret, query)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


# --- Who asks -------------------------------------------------------------------------------------


def test_without_a_token_a_stranger_learns_how_to_bring_one(client):
    answer = ask(client, "regions")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_an_unknown_expired_or_revoked_token_says_so(client, secret, staff, caplog):
    token = ApiToken.objects.get()
    said = [ask(client, "regions", secret + "x")]
    yesterday = timezone.now() - timedelta(days=1)
    ApiToken.objects.update(created_at=yesterday - timedelta(days=1), expires_at=yesterday)
    said.append(ask(client, "regions", secret))
    revoke_token(token=token, by=staff)
    said.append(ask(client, "regions", secret))

    assert [answer.status_code for answer in said] == [401, 401, 401]
    details = [answer.json()["detail"] for answer in said]
    assert details[0] == "Token ini tidak dikenal."
    assert "kedaluwarsa" in details[1]
    assert "dicabut" in details[2]
    assert secret not in caplog.text
    assert "Token refused: expired" in caplog.text


def test_a_token_in_the_address_is_refused(client, secret, caplog):
    for query in (f"?token={secret}", f"?access_token={secret}", "?access_token=1", "?token=1"):
        answer = ask(client, "regions", secret, query)

        assert answer.status_code == 400
        assert secret not in answer.content.decode()
    assert secret not in caplog.text


def test_a_token_of_another_region_finds_nothing_here(client, secret, blitar):
    address = reverse("api:figures", kwargs={"code": "35.05"}) + "?dari=2024-01&sampai=2024-02"

    answer = client.get(address, headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 404
    assert answer.json()["status"] == 404


def test_a_token_opens_no_page(client, secret):
    answer = client.get(reverse("accounts:account"), headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 302


def test_when_it_was_used_is_noted(client, secret):
    ask(client, "regions", secret)

    assert ApiToken.objects.get().last_used_at is not None


def test_problems_speak_the_language_asked_for(client, secret):
    said = ask(client, "libraries", secret, "?cursor=x", **{"Accept-Language": "en"})

    assert said.headers["Content-Language"] == "en"
    assert ask(client, "libraries", secret).headers["Content-Language"] == "id"
