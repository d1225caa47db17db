"""Pages of letters: choosing for whom, what was given out, the file and who took it."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from libraries import services as library_services
from libraries.enums import SimState
from libraries.models import Activation, LetterBatch, Library
from reports import services
from reports.enums import DocumentState, LetterState
from reports.models import Document
from reports.views import letters as views
from tests import factories
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db
CHOOSE, ISSUED = "reports:letters", "reports:letter_batches"


@pytest.fixture
def batch(library, pic) -> LetterBatch:
    (batch,) = library_services.issue_letters(libraries=[library], by=pic)
    return batch


def neighbour(number: int = 1) -> Library:
    village = factories.region("35.08.20.2001")
    return factories.LibraryFactory(name=f"Perpustakaan Desa {number}", region=village)


def shown(client, **asked: str) -> list[str]:
    page = client.get(reverse(CHOOSE), asked)
    return [row.library.name for row in page.context["rows"]]


def issue(client, *libraries: Library, **more):
    data = {"perpustakaan": [library.pk for library in libraries], **more}
    return client.post(reverse(CHOOSE), data)


# --- Choosing -------------------------------------------------------------------------------------


def test_only_libraries_nobody_signs_in_for_are_offered(client, library, librarian, pic):
    other = neighbour()
    client.force_login(pic)

    assert shown(client) == [other.name]


def test_those_of_other_regencies_are_not_offered(client, library, other_library, pic, staff):
    client.force_login(pic)
    assert shown(client) == [library.name]

    client.force_login(staff)
    assert set(shown(client)) == {library.name, other_library.name}


def test_those_that_no_longer_take_part_are_not_offered(client, library, pic):
    library.inactivities.create(starts_on=timezone.localdate(), reason="Renovasi")
    client.force_login(pic)

    assert shown(client) == []


def test_filters_narrow_what_is_offered(client, library, pic):
    other = neighbour()
    library_services.issue_letters(libraries=[library], by=pic)
    library_services.note_sim_state(
        library=other, state=SimState.PROPOSED, since_on=timezone.localdate()
    )
    client.force_login(pic)

    assert shown(client, cari="sumber") == [library.name]
    assert shown(client, wilayah="35.08.20") == [other.name]
    assert shown(client, surat=LetterState.OPEN) == [library.name]
    assert shown(client, surat="belum") == [other.name]
    assert shown(client, sim=SimState.PROPOSED) == [other.name]
    assert shown(client, sim=SimState.NOT_PROPOSED) == [library.name]
    assert shown(client, perpustakaan=str(other.pk)) == [other.name]


@pytest.mark.parametrize(
    "asked", [{"wilayah": "35.05"}, {"sim": "x"}, {"surat": "x"}, {"perpustakaan": "1" * 30}]
)
def test_what_cannot_be_chosen_is_400(client, library, pic, asked):
    client.force_login(pic)

    page = client.get(reverse(CHOOSE), asked)

    assert page.status_code == 400
    assert page.context["rows"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_choosing_asks_the_same_number_of_queries_however_many_rows(
    client, pic, rows, django_assert_num_queries
):
    for number in range(rows):
        neighbour(number)
    client.force_login(pic)
    client.get(reverse(CHOOSE))

    with django_assert_num_queries(10):
        page = client.get(reverse(CHOOSE))

    assert len(page.context["rows"]) == rows


# --- Issuing --------------------------------------------------------------------------------------


def test_issuing_leads_to_where_the_file_is_made(client, library, pic):
    client.force_login(pic)

    answer = issue(client, library)

    document = Document.objects.get()
    assert answer.url == document.get_absolute_url()
    assert document.batch.activations.get().library == library


def test_the_same_form_twice_gives_one_letter(client, library, pic):
    client.force_login(pic)

    issue(client, library)
    page = issue(client, library)

    assert page.url == reverse(ISSUED)
    assert Activation.objects.count() == 1
    assert Activation.objects.valid().exists()


def test_a_lost_letter_is_replaced(client, library, pic, batch):
    old = Activation.objects.get()
    client.force_login(pic)

    issue(client, library, ganti=old.pk)
    issue(client, library, ganti=old.pk)  # a second click

    old.refresh_from_db()
    assert old.revoked_at is not None
    assert Activation.objects.valid().count() == 1
    assert Activation.objects.count() == 2


def test_all_of_the_page_or_all_that_were_filtered(client, library, pic, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 1)
    neighbour()
    client.force_login(pic)

    client.post(reverse(CHOOSE), {"untuk": "halaman", "baris": [library.pk]})
    assert Activation.objects.count() == 1

    client.post(reverse(CHOOSE) + "?wilayah=35.08.20", {"untuk": "semua"})
    assert Activation.objects.count() == 2
    client.post(reverse(CHOOSE), {"untuk": "semua"})
    assert Activation.objects.count() == 2  # all of them have one


def test_choosing_none_is_said(client, library, pic):
    client.force_login(pic)

    page = issue(client)

    assert page.status_code == 422
    assert "Pilih perpustakaannya" in page.content.decode()


def test_a_list_with_a_foreign_library_is_refused_whole(client, library, other_library, pic):
    client.force_login(pic)

    foreign = issue(client, library, other_library)
    unknown = client.post(reverse(CHOOSE), {"perpustakaan": [library.pk, 999_999]})

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert not Activation.objects.exists()


def test_whoever_got_an_account_meanwhile_is_named(client, library, librarian, pic):
    client.force_login(pic)

    page = issue(client, library)

    assert page.status_code == 409
    assert library.name in page.content.decode()
    assert not Document.objects.exists()


@pytest.mark.parametrize("who", ["facilitator", "leader", "librarian"])
def test_others_have_no_business_here(client, request, library, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse(CHOOSE)).status_code == 403
    assert client.get(reverse(ISSUED)).status_code == 403


# --- What was given out ---------------------------------------------------------------------------


def test_the_list_says_what_became_of_the_codes(client, library, librarian, pic, strange_pic):
    library.assignments.all().delete()
    others = [neighbour(number) for number in range(3)]
    (batch,) = library_services.issue_letters(libraries=[library, *others], by=pic)
    now = timezone.now()
    given = Activation.objects.order_by("library")
    Activation.objects.filter(pk=given[0].pk).update(used_at=now, used_by=librarian)
    Activation.objects.filter(pk=given[1].pk).update(revoked_at=now, revoked_by=pic)
    Activation.objects.filter(pk=given[2].pk).update(
        issued_at=now - timedelta(days=40), expires_at=now - timedelta(days=10)
    )
    client.force_login(pic)

    (row,) = client.get(reverse(ISSUED)).context["rows"]
    page = client.get(reverse("reports:letter_batch", kwargs={"pk": batch.pk}))

    assert (row.open, row.used, row.expired, row.revoked, row.total) == (1, 1, 1, 1, 4)
    assert sorted(state for _activation, state in page.context["letters"]) == sorted(LetterState)
    client.force_login(strange_pic)
    assert client.get(reverse(ISSUED)).context["rows"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries_however_many_rows(
    client, pic, rows, django_assert_num_queries
):
    for number in range(rows):
        services.issue_letters(libraries=[neighbour(number)], by=pic)
    client.force_login(pic)
    client.get(reverse(ISSUED))

    with django_assert_num_queries(9):
        page = client.get(reverse(ISSUED))

    assert len(page.context["rows"]) == rows


def test_a_letter_is_revoked_once(client, library, pic, batch):
    activation = Activation.objects.get()
    client.force_login(pic)
    address = reverse("reports:letter_revoke", kwargs={"pk": activation.pk})

    answer = client.post(address)
    client.post(address)

    activation.refresh_from_db()
    assert activation.revoked_by == pic
    assert answer.url == reverse("reports:letter_batch", kwargs={"pk": batch.pk})


def test_printing_again_asks_for_a_document(client, pic, batch):
    client.force_login(pic)

    answer = client.post(reverse("reports:letters_print", kwargs={"pk": batch.pk}))

    assert answer.url == Document.objects.get(batch=batch).get_absolute_url()


def test_letters_given_out_elsewhere_are_printed_here(client, pic, batch):
    client.force_login(pic)

    answer = client.get(reverse(CHOOSE), {"batch": batch.pk}, follow=True)

    assert "Buat PDF" in answer.content.decode()


def test_no_page_shows_a_code(client, library, pic, batch):
    from libraries import codes

    code = codes.code_of(Activation.objects.get().uuid)
    document = services.request_letters(batch=batch, by=pic)
    client.force_login(pic)

    for address in (
        reverse(CHOOSE),
        reverse(ISSUED),
        reverse("reports:letter_batch", kwargs={"pk": batch.pk}),
        document.get_absolute_url(),
    ):
        assert code not in client.get(address).content.decode()


# --- The file -------------------------------------------------------------------------------------


@pytest.fixture
def done(batch, pic) -> Document:
    document = services.request_letters(batch=batch, by=pic)
    document.file_name = storages["documents"].save("surat.pdf", ContentFile(b"%PDF"))
    document.state, document.sha256 = DocumentState.DONE, "5" * 64
    document.finished_at = document.touched_at
    document.save()
    return document


def test_taking_the_file_is_written_down(client, done, pic):
    client.force_login(pic)
    address = reverse("reports:document_download", kwargs={"pk": done.pk})

    asked = client.head(address)
    assert not AuditEvent.objects.filter(action="reports.download_letters").exists()
    answer = client.get(address)

    event = AuditEvent.objects.get(action="reports.download_letters")
    assert event.by == pic
    assert event.subject == f"reports.document:{done.pk}"
    asked.close()  # ends the connection too, so last
    answer.close()
    assert answer["Cache-Control"] == "no-store"
    day = timezone.localdate()
    assert f"surat-aktivasi-kabupaten-lumajang-{day}.pdf" in answer["Content-Disposition"]


@pytest.mark.parametrize("name", ["document", "document_progress", "document_download"])
@pytest.mark.parametrize("who", ["facilitator", "leader", "strange_pic"])
def test_for_others_the_file_does_not_exist(client, request, done, who, name):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse(f"reports:{name}", kwargs={"pk": done.pk})).status_code == 404


def test_the_list_of_documents_leaves_letters_out(client, done, pic):
    client.force_login(pic)

    page = client.get(reverse("reports:documents"))

    assert list(page.context["page"]) == []
