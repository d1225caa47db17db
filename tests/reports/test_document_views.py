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

    assert ask(address(name, done)).status_code == 404
    assert ask(reverse(f"reports:{name}", kwargs={"pk": 999_999})).status_code == 404


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

    with django_assert_num_queries(13):
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


def test_librarian_asks_for_their_own_library_alone(
    client, lumajang, librarian, library, other_library
):
    client.force_login(librarian)

    assert ask(client).status_code == 422  # a regency's
    assert ask(client, perpustakaan=str(other_library.pk)).status_code == 422
    assert not Document.objects.exists()
    answer = ask(client, perpustakaan=str(library.pk))

    document = Document.objects.get()
    assert (document.library, document.region) == (library, lumajang)
    assert client.get(answer.url).status_code == 200


WRITTEN = {
    "bandingkan": "sebelumnya",
    "jenis": "desa",
    "letter_number": "7/2024",
    "obstacles": "Sinyal lemah\n<b>di pegunungan</b>",
    "judul_1": "Cerita",
    "isi_1": "Isi",
}


def test_what_was_written_is_kept_with_the_document_and_made_again_with_it(client, lumajang, pic):
    client.force_login(pic)

    ask(client, **WRITTEN)

    document = Document.objects.get()
    assert document.narrowing == {"jenis": "desa"}
    assert document.details == {
        "before": "sebelumnya",
        "letter": {"number": "7/2024"},
        "obstacles": WRITTEN["obstacles"],
        "more": [{"title": "Cerita", "text": "Isi"}],
    }
    Document.objects.update(state=DocumentState.DONE, file_name="x", sha256="x")
    client.post(address("document_retry", document))
    again = Document.objects.latest("pk")
    assert again != document
    assert (again.details, again.narrowing) == (document.details, document.narrowing)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"obstacles": "x" * 50_000}, "obstacles"),
        ({"follow_up": "x" * 5_001}, "follow_up"),
        ({"jenis": "istana"}, "jenis"),
        ({"judul_1": ""}, "judul_1"),
        ({"isi_1": " "}, "isi_1"),
    ],
)
def test_what_is_too_long_or_unknown_is_said_and_what_was_typed_stays(
    client, lumajang, pic, changed, field
):
    client.force_login(pic)

    answer = ask(client, **{**WRITTEN, "follow_up": "Sudah diketik", **changed})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert (changed.get("follow_up") or "Sudah diketik") in page
    assert (changed.get("obstacles") or "&lt;b&gt;di pegunungan") in page
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

    initial = page.context["form"].initial
    assert (initial["region"], initial["dari"], initial["sampai"]) == (
        "35.08",
        "2024-01",
        "2024-09",
    )


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


def test_document_that_is_being_made_is_not_asked_for_again(client, asked, pic):
    client.force_login(pic)

    page = client.post(address("document_retry", asked), follow=True)

    assert "tidak gagal" in page.content.decode()
    assert Document.objects.count() == 1


def test_waiting_document_is_cancelled_and_can_be_made_again(client, asked, pic):
    client.force_login(pic)

    page = client.post(address("document_cancel", asked), follow=True).content.decode()

    assert "Dibatalkan" in page
    assert "Buat lagi" in page
    client.post(address("document_retry", asked))
    asked.refresh_from_db()
    assert asked.state == DocumentState.REQUESTED


def test_done_document_cannot_be_cancelled(client, done, pic):
    client.force_login(pic)

    page = client.post(address("document_cancel", done), follow=True).content.decode()

    assert "tidak dapat dibatalkan" in page
    done.refresh_from_db()
    assert done.state == DocumentState.DONE


def test_only_its_maker_or_the_province_cancels(client, asked, facilitator, staff):
    client.force_login(facilitator)
    assert client.post(address("document_cancel", asked)).status_code == 403
    client.force_login(staff)
    assert client.post(address("document_cancel", asked)).status_code == 302


def test_failed_part_is_named(client, failed, pic):
    Document.objects.update(failed_part="Kabupaten Lumajang")
    client.force_login(pic)

    page = client.get(address("document", failed)).content.decode()

    assert "Berhenti pada bagian “Kabupaten Lumajang”" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"status": "requested"}, 1),
        ({"status": "done"}, 0),
        ({"macam": "progress", "wilayah": "35.08"}, 1),
        ({"macam": "rapor"}, 0),
        ({"wilayah": "35.05"}, 1),  # not theirs to choose: narrows nothing
    ],
)
def test_shelf_is_narrowed(client, asked, pic, query, shown):
    client.force_login(pic)

    assert len(client.get(reverse("reports:documents"), query).context["page"]) == shown


def test_removed_file_says_so_and_is_not_there(client, done, pic):
    Document.objects.update(removed_at=done.finished_at)
    client.force_login(pic)

    assert "berkas sudah dihapus" in client.get(reverse("reports:documents")).content.decode()
    assert client.get(address("document_download", done)).status_code == 404


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
