"""The signed version beside a document: checked, kept for good, the newest is final."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from libraries.darkroom import scanning
from libraries.files import BadFile
from reports import services
from reports.enums import DocumentState
from reports.models import Document, SignedCopy
from tests.authorisation.world import one_page
from tests.reports.worlds import QUARTER
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

GOOD = one_page("ditandatangani")


@pytest.fixture
def document(lumajang, pic) -> Document:
    made = services.request(region=lumajang, period=QUARTER, by=pic)
    made.file_name = storages["documents"].save("satu.pdf", ContentFile(b"%PDF-1.7 isi"))
    made.state, made.sha256, made.pages = DocumentState.DONE, "5" * 64, 12
    made.finished_at = made.touched_at
    made.expires_at = timezone.now() + timedelta(days=180)
    made.save()
    return made


def file(content: bytes, name: str = "pindaian.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(buffer, kind)
    return buffer.getvalue()


def with_script() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
    )
    return written(writer)


def with_attachment() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("virus.exe", b"MZ")
    return written(writer)


def locked() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("rahasia", algorithm="RC4-128")
    return written(writer)


def with_carried_file() -> bytes:
    """On a note, and without saying that it is one."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    stream = DecodedStreamObject()
    stream.set_data(b"MZ")
    carried = {NameObject("/EF"): DictionaryObject({NameObject("/F"): writer._add_object(stream)})}
    note = {
        NameObject("/Subtype"): NameObject("/FileAttachment"),
        NameObject("/FS"): DictionaryObject(carried),
    }
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(DictionaryObject(note))])
    return written(writer)


def with_form_of_its_own() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    stream = DecodedStreamObject()
    stream.set_data(b"<xdp:xdp/>")
    form = DictionaryObject({NameObject("/XFA"): writer._add_object(stream)})
    writer.root_object[NameObject("/AcroForm")] = form
    return written(writer)


def with_sending() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/SubmitForm"), NameObject("/F"): TextStringObject("http://")}
    )
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [(GOOD, "pdf"), (picture("JPEG"), "jpg"), (picture("PNG"), "png")],
)
def test_the_scan_becomes_the_final_version(document, pic, content, ending):
    copy = services.add_signed_copy(document=document, file=file(content), by=pic)

    document.refresh_from_db()
    assert copy.sha256 == hashlib.sha256(content).hexdigest()
    assert copy.file_name.endswith(ending)
    assert document.expires_at is None
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.changes["sha256"]) == ("reports.sign", [None, copy.sha256])


def test_no_signed_copy_is_lost_when_a_newer_comes(document, pic):
    for name in ("satu.pdf", "../../dua.pdf"):
        services.add_signed_copy(document=document, file=file(GOOD, name), by=pic)

    assert list(SignedCopy.objects.order_by("pk").values_list("original_name", flat=True)) == [
        "satu.pdf",
        "dua.pdf",
    ]


def test_final_version_never_expires(document, pic):
    services.add_signed_copy(document=document, file=file(GOOD), by=pic)

    assert services.remove_expired(at=timezone.now() + timedelta(days=9_999)) == 0


def test_a_file_that_cannot_go_waits_for_the_next_night_and_keeps_nobody(
    document, lumajang, pic, monkeypatch
):
    other = services.request(region=lumajang, period=QUARTER.previous, by=pic)
    other.state, other.expires_at, other.finished_at = (
        DocumentState.DONE,
        document.expires_at,
        other.touched_at,
    )
    other.file_name = storages["documents"].save("dua.pdf", ContentFile(b"%PDF-1.7 isi"))
    other.sha256, other.pages = "5" * 64, 12
    other.save()
    shelf, refuse = storages["documents"], {document.file_name}
    delete = type(shelf).delete

    def delete_or_not(self, name):
        if name in refuse:
            raise OSError("Input/output error")
        delete(self, name)

    monkeypatch.setattr(type(shelf), "delete", delete_or_not)
    later = document.expires_at + timedelta(days=1)

    assert services.remove_expired(at=later) == 1
    assert shelf.exists(document.file_name)
    assert not shelf.exists(other.file_name)
    document.refresh_from_db()
    assert document.removed_at is None
    refuse.clear()
    assert services.remove_expired(at=later) == 1
    assert not shelf.exists(document.file_name)


def test_old_unsigned_file_goes_and_its_row_says_so(document):
    later = document.expires_at + timedelta(days=1)

    assert services.remove_expired(at=later) == 1
    assert services.remove_expired(at=later) == 0

    document.refresh_from_db()
    assert document.removed_at == later
    assert not storages["documents"].exists(document.file_name)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "bukan PDF"),
        (b"MZ tiada", "bukan PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bukan PDF"),
        (b"%PDF-1.7 isi", "rusak"),
        (GOOD[: len(GOOD) // 2], "rusak"),
        (with_script(), "skrip"),
        (with_attachment(), "skrip"),
        (with_carried_file(), "lampiran"),
        (with_form_of_its_own(), "skrip"),
        (with_sending(), "perintah"),
        (locked(), "kata sandi"),
        (picture("PNG")[:100], "rusak"),
    ],
)
def test_what_is_no_scan_is_refused_and_nothing_is_kept(document, pic, content, reason):
    with pytest.raises(BadFile, match=reason):
        services.add_signed_copy(document=document, file=file(content), by=pic)

    document.refresh_from_db()
    assert document.expires_at
    assert not SignedCopy.objects.exists()


def test_twenty_megabytes_are_the_most(document, pic):
    large = file(GOOD)
    large.size = 20 * 1024 * 1024 + 1

    with pytest.raises(BadFile, match="20 MB"):
        services.add_signed_copy(document=document, file=large, by=pic)


def test_reader_that_takes_for_ever_is_ended(document, pic, monkeypatch):
    monkeypatch.setattr(scanning, "SECONDS", 0.01)

    with pytest.raises(BadFile, match="rusak"):
        services.add_signed_copy(document=document, file=file(GOOD), by=pic)


def test_others_may_not_sign(document, leader, strange_pic):
    for person in (leader, strange_pic):
        with pytest.raises(services.NotForThisRegion):
            services.add_signed_copy(document=document, file=file(GOOD), by=person)


# --- The page -------------------------------------------------------------------------------------


def address(document: Document) -> str:
    return reverse("reports:signed_copies", kwargs={"pk": document.pk})


def test_page_shows_who_signed_what_and_when(client, document, pic):
    client.force_login(pic)

    answer = client.post(address(document), {"berkas": file(GOOD), "keterangan": "TTD basah"})
    page = client.get(answer.url).content.decode()

    copy = SignedCopy.objects.get()
    assert answer.url == document.get_absolute_url()
    assert "Final" in page
    assert copy.sha256 in page
    assert "TTD basah" in page
    download = client.get(reverse("reports:signed_copy_download", kwargs={"pk": copy.pk}))
    assert b"".join(download.streaming_content) == GOOD
    download.close()
    assert "attachment" in download["Content-Disposition"]


def test_bad_file_is_said_and_what_was_typed_stays(client, document, pic):
    client.force_login(pic)

    answer = client.post(address(document), {"berkas": file(b"MZ"), "keterangan": "TTD basah"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "bukan PDF" in page
    assert 'value="TTD basah"' in page
