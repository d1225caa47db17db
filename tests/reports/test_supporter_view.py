"""The supporter's own view: its needs, commitments and impact, and never another organisation's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from stakeholders.enums import CommitmentState, NeedState
from stakeholders.models import Commitment, Membership, Organisation
from tests import factories
from tests.reports import support_world

pytestmark = pytest.mark.django_db
OURS, THEIRS = "CNYKAMI", "CNYMEREKA"
THEIR_MONEY = ("98.765.432", "98765432", "87.654.321", "87654321")


@pytest.fixture
def ours(library, pic):
    return support_world.side(OURS, library, pic)


@pytest.fixture
def theirs(library, pic):
    """To the same library."""
    return support_world.side(THEIRS, library, pic, rupiah=98_765_432, worth=87_654_321)


def home(client, user):
    client.force_login(user)
    return client.get(reverse("reports:supporter_home"))


def test_what_is_to_be_done_stands_first(client, ours, library, pic):
    matched = Commitment.objects.create(
        need=support_world.need_of(library, pic, title="Printer", state=NeedState.MATCHED),
        organisation=ours.organisation,
        due_on=timezone.localdate() + timedelta(days=30),
        accepted_at=timezone.now(),
        accepted_by=pic,
    )

    page = home(client, ours.user)

    promises = page.context["promises"]
    assert [one.commitment for one in promises.to_confirm] == [matched]
    assert [one.commitment for one in promises.overdue] == [ours.promised]
    assert "Pastikan sanggup atau tidak" in page.text
    assert "sudah lewat" in page.text
    assert "Rp7.250.000" in page.text
    assert "2 komputer" in page.text  # what came of the one that was kept
    assert reverse("reports:document_about", args=["impact", ours.organisation.pk]) in page.text
    assert reverse("reports:document_about", args=["handover", ours.realised.pk]) in page.text


def test_needs_that_fit_come_with_their_reasons(client, ours, library, pic):
    fits = support_world.need_of(library, pic)
    support_world.need_of(library, pic, title="Lapangan voli", theme="Olahraga", kind="tempat")
    support_world.need_of(library, pic, title="Belum dikonfirmasi", state=NeedState.STATED)

    page = home(client, ours.user)

    fitting = page.context["fitting"]
    assert [one.need for one in fitting.fits] == [fits]
    assert "Bidangnya sama" in fitting.fits[0].reasons
    assert (fitting.found, fitting.open) == (1, 2)
    assert reverse("reports:document_about", args=["proposal", fits.pk]) in page.text


def test_without_an_offer_the_own_themes_count(client, ours, library, pic):
    ours.offer.delete()
    fits = support_world.need_of(library, pic)

    assert [one.need for one in home(client, ours.user).context["fitting"].fits] == [fits]


def test_what_is_committed_to_is_not_proposed_again(client, ours, library, pic):
    need = support_world.need_of(library, pic, state=NeedState.MATCHED)
    Commitment.objects.create(
        need=need,
        organisation=ours.organisation,
        due_on=timezone.localdate(),
        accepted_at=timezone.now(),
        accepted_by=pic,
    )

    assert home(client, ours.user).context["fitting"].fits == ()


def test_nothing_to_do_says_so(client, province):
    organisation = Organisation.objects.create(name="Lembaga Baru")
    user = factories.UserFactory(role="supporter")
    Membership.objects.create(organisation=organisation, user=user, starts_on=timezone.localdate())

    page = home(client, user)

    assert "Belum ada kebutuhan yang terbuka saat ini." in page.text
    assert "Langkah berikutnya" not in page.text


PLACES = [
    ("reports:supporter_home", None),
    ("reports:organisations", None),
    ("reports:gifts", None),
    ("reports:documents", None),
    ("stakeholders:needs", None),
    ("stakeholders:offers", None),
    ("stakeholders:commitments", None),
    ("stakeholders:partnerships", None),
    ("stakeholders:need", "shared"),
    ("stakeholders:need", "own"),
    ("stakeholders:commitment", "commitment"),
    ("reports:organisation", "organisation"),
    ("reports:document_about", "proposal"),
    ("reports:gifts_export", "csv"),
    ("reports:partnerships_export", "csv"),
    ("reports:documents_export", "csv"),
]


@pytest.mark.parametrize(("route", "which"), PLACES)
def test_no_page_of_a_supporter_tells_of_another(route, which, client, ours, theirs, library, pic):
    """The need is open, and another organisation was brought together with it."""
    shared = support_world.need_of(library, pic, title="Bersama", state=NeedState.MATCHED)
    Commitment.objects.create(
        need=shared,
        organisation=theirs.organisation,
        rupiah=98_765_432,
        due_on=timezone.localdate(),
        accepted_at=timezone.now(),
        accepted_by=pic,
    )
    arguments = {
        None: [],
        "shared": [shared.pk],
        "own": [ours.need.pk],
        "commitment": [ours.promised.pk],
        "organisation": [ours.organisation.pk],
        "proposal": ["proposal", shared.pk],
        "csv": ["csv"],
    }[which]
    address = reverse(route, args=arguments)
    client.force_login(ours.user)

    reply = client.get(address)

    content = b"".join(reply) if reply.streaming else reply.content
    assert reply.status_code == 200
    assert not [text for text in (THEIRS, *THEIR_MONEY) if text.encode() in content]


@pytest.mark.parametrize(
    ("route", "which"),
    [
        ("stakeholders:need", "need"),
        ("stakeholders:commitment", "promised"),
        ("stakeholders:offer", "offer"),
        ("reports:organisation", "organisation"),
    ],
)
def test_what_is_another_organisations_is_not_there(route, which, client, ours, theirs):
    address = reverse(route, args=[getattr(theirs, which).pk])
    client.force_login(ours.user)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_home_asks_no_more_for_more(
    client, ours, library, pic, rows, django_assert_num_queries
):
    for number in range(rows):
        support_world.need_of(library, pic, title=f"Kebutuhan {number}")
        Commitment.objects.create(
            need=support_world.need_of(library, pic, state=NeedState.PROMISED),
            organisation=ours.organisation,
            state=CommitmentState.PROMISED,
            due_on=timezone.localdate(),
            accepted_at=timezone.now(),
            accepted_by=pic,
            promised_at=timezone.now(),
            promised_by=ours.user,
        )
    client.force_login(ours.user)

    with django_assert_num_queries(25):
        client.get(reverse("reports:supporter_home"))
