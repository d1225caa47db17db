"""Pages about documents: who sees them, what they show while one is made, the download."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse

from reports import services
from reports.enums import DocumentState
from reports.models import Document
from tests.reports.worlds import QUARTER
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db

CONTENT = b"%PDF-1.7 isi"


@pytest.fixture
def asked(lumajang, pic) -> Document:
    return services.request(region=lumajang, period=QUARTER, by=pic)


@pytest.fixture
def done(asked) -> Document:
    asked.file_name = storages["documents"].save("satu.pdf", ContentFile(CONTENT))
    asked.state, asked.sha256, asked.pages = DocumentState.DONE, "5" * 64, 12
    asked.finished_at = asked.touched_at
    asked.save()
    return asked


@pytest.fixture
def failed(asked) -> Document:
    asked.state, asked.problem = DocumentState.FAILED, "Bagian “Ringkasan” tidak jadi."
    asked.save()
    return asked


def address(name: str, document: Document) -> str:
    return reverse(f"reports:{name}", kwargs={"pk": document.pk})


def downloaded(answer) -> bytes:
    content = b"".join(answer.streaming_content)
    answer.close()
    return content


# --- Who sees what --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["document", "document_progress", "document_download", "document_retry"]
)
@pytest.mark.parametrize("who", ["stranger", "strange_pic", "librarian"])
def test_document_of_a_region_one_does_not_work_for_does_not_exist(
    client, request, done, who, name
):
    client.force_login(request.getfixturevalue(who))
    ask = client.post if name == "document_retry" else client.get

    # Documents are no librarian's business: told so before anything is looked for.
    expected = 404 if who == "strange_pic" else 403
    assert ask(address(name, done)).status_code == expected
    assert ask(reverse(f"reports:{name}", kwargs={"pk": 999_999})).status_code == expected


def test_provinces_document_does_not_exist_for_a_regency(client, province, staff, pic):
    document = services.request(region=province, period=QUARTER, by=staff)
    client.force_login(pic)

    assert client.get(address("document", document)).status_code == 404


@pytest.mark.parametrize("who", ["pic", "facilitator", "staff", "leader"])
def test_document_is_shown_to_those_above_it(client, request, done, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(address("document", done)).status_code == 200
    assert downloaded(client.get(address("document_download", done))) == CONTENT


def test_list_shows_only_documents_in_scope(client, asked, province, staff, pic):
    services.request(region=province, period=QUARTER, by=staff)
    client.force_login(pic)

    page = client.get(reverse("reports:documents"))

    assert list(page.context["page"]) == [asked]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries_however_many_rows(
    client, lumajang, pic, rows, django_assert_num_queries
):
    for end in range(1, rows + 1):
        period = Period(QUARTER.start, QUARTER.start.replace(month=end))
        services.request(region=lumajang, period=period, by=pic)
    client.force_login(pic)

    with django_assert_num_queries(14):
        page = client.get(reverse("reports:documents"))

    assert len(page.context["page"]) == rows


# --- Asking ---------------------------------------------------------------------------------------


def ask(client, **changed: str):
    data = {"region": "35.08", "dari": "2024-01", "sampai": "2024-03", **changed}
    return client.post(reverse("reports:documents"), data)


def test_asking_leads_to_the_documents_page(client, lumajang, pic):
    client.force_login(pic)

    answer = ask(client)

    document = Document.objects.get()
    assert (document.region, document.period, document.requested_by) == (lumajang, QUARTER, pic)
    assert answer.url == document.get_absolute_url()


def test_asking_twice_leads_to_the_same_page(client, lumajang, pic):
    client.force_login(pic)

    assert ask(client).url == ask(client).url
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"region": "35.05"}, "region"),  # another PIC's
        ({"region": "35"}, "region"),
        ({"region": "35.08.21"}, "region"),
        ({"region": "x" * 10_000}, "region"),
        ({"region": ""}, "region"),
        ({"dari": "2024-04"}, "dari"),  # after the end
        ({"dari": "2999-01"}, "dari"),
        ({"sampai": "kapan"}, "sampai"),
        ({"sampai": ""}, "sampai"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(client, lumajang, blitar, pic, changed, field):
    client.force_login(pic)

    answer = ask(client, **changed)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Document.objects.exists()


def test_librarian_can_ask_for_nothing(client, lumajang, librarian):
    client.force_login(librarian)

    assert ask(client).status_code == 403
    assert not Document.objects.exists()


def test_supporting_body_is_told_no(client, lumajang, pic, monkeypatch):
    monkeypatch.setattr("reports.permissions.can_request", lambda *_: False)
    client.force_login(pic)

    answer = ask(client)

    assert answer.status_code == 422
    assert "tidak bertugas" in answer.content.decode()


def test_form_opens_on_what_the_dashboard_showed(client, lumajang, pic):
    client.force_login(pic)

    page = client.get(
        reverse("reports:documents"), {"region": "35.08", "dari": "2024-01", "sampai": "2024-09"}
    )

    assert page.context["form"].initial == {
        "region": "35.08",
        "dari": "2024-01",
        "sampai": "2024-09",
    }


@pytest.mark.parametrize("query", ["?dari=x", "?sampai=2999-01", "?dari=2024-05&sampai=2024-01"])
def test_form_does_not_open_on_a_span_that_cannot_be_meant(client, pic, query):
    client.force_login(pic)

    assert client.get(reverse("reports:documents") + query).status_code == 400


# --- While it is made -----------------------------------------------------------------------------


def test_waiting_document_asks_for_itself_every_second(client, asked, pic):
    client.force_login(pic)

    page = client.get(address("document", asked)).content.decode()

    assert f'hx-get="{address("document_progress", asked)}"' in page
    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_progress_names_the_chapter(client, asked, pic):
    Document.objects.update(
        state=DocumentState.RUNNING, step=7, steps=40, doing="Kabupaten Lumajang"
    )
    client.force_login(pic)

    fragment = client.get(address("document_progress", asked)).content.decode()

    assert "<html" not in fragment
    assert 'value="7" max="40"' in fragment
    assert "Kabupaten Lumajang" in fragment
    assert re.search(r"7 dari 40\s+bagian", fragment)


def test_done_document_asks_no_more_and_offers_the_file(client, done, pic):
    client.force_login(pic)

    fragment = client.get(address("document_progress", done)).content.decode()

    assert "hx-get" not in fragment
    assert address("document_download", done) in fragment


def test_failed_document_says_why_and_can_be_asked_for_again(client, failed, pic):
    client.force_login(pic)
    page = client.get(address("document", failed)).content.decode()
    assert "Bagian “Ringkasan” tidak jadi." in page

    answer = client.post(address("document_retry", failed))

    failed.refresh_from_db()
    assert answer.url == failed.get_absolute_url()
    assert failed.state == DocumentState.REQUESTED


def test_document_that_did_not_fail_is_not_asked_for_again(client, done, pic):
    client.force_login(pic)

    page = client.post(address("document_retry", done), follow=True)

    assert "tidak gagal" in page.content.decode()
    done.refresh_from_db()
    assert done.state == DocumentState.DONE


def test_one_may_see_and_yet_not_ask_again(client, failed, pic, monkeypatch):
    monkeypatch.setattr("reports.permissions.can_request", lambda *_: False)
    client.force_login(pic)

    assert client.post(address("document_retry", failed)).status_code == 403


# --- The file -------------------------------------------------------------------------------------


def test_download_has_a_clear_name_and_is_nobody_elses(client, done, pic):
    client.force_login(pic)

    answer = client.get(address("document_download", done))

    assert downloaded(answer) == CONTENT
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        'attachment; filename="laporan-capaian-tpbis-kabupaten-lumajang-2024-01-2024-03.pdf"'
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-cache"


def test_document_that_is_not_done_has_no_file(client, asked, pic):
    client.force_login(pic)

    assert client.get(address("document_download", asked)).status_code == 404


def test_file_that_has_gone_is_not_found(client, done, pic):
    storages["documents"].delete(done.file_name)
    client.force_login(pic)

    assert client.get(address("document_download", done)).status_code == 404


@pytest.mark.parametrize("name", ["document", "document_progress", "document_download"])
def test_showing_pages_take_no_post(client, done, pic, name):
    client.force_login(pic)

    assert client.post(address(name, done)).status_code == 405


def test_asking_again_is_a_post(client, failed, pic):
    client.force_login(pic)

    assert client.get(address("document_retry", failed)).status_code == 405
