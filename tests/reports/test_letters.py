"""Activation letters: what a page says, in which order, and that no letter is ever two pages."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pypdf import PdfReader

from libraries import codes
from libraries import services as library_services
from libraries.models import Activation, LetterBatch, Library
from reports import services
from reports.documents import letters
from reports.enums import DocumentKind, DocumentState
from reports.models import Document
from tests import factories
from tests.reports.worlds import office_of
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(library, pic) -> LetterBatch:
    (batch,) = library_services.issue_letters(libraries=[library], by=pic)
    return batch


def in_village(name: str, code: str) -> Library:
    return factories.LibraryFactory(name=name, region=factories.region(code))


def words(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def made(batch: LetterBatch, by) -> Document:
    asked = services.request_letters(batch=batch, by=by)
    document = services.render(document_id=asked.pk)
    assert document is not None
    return document


# --- What a page says -----------------------------------------------------------------------------


def test_a_page_says_for_whom_it_is_and_how_to_get_in(library, pic, shared_press):
    office_of(library.regency.parent)
    pic.phone = "+6281234567890"
    pic.save()
    library.contact_name = "Siti Aminah"
    library.save()
    (batch,) = library_services.issue_letters(libraries=[library], by=pic)
    activation = Activation.objects.get()
    told = []

    printed = services.make_letters(batch=batch, told=lambda *step: told.append(step))

    (page,) = words(printed.content)
    assert "PEMERINTAH PROVINSI JAWA TIMUR" in page  # the regency has no office of its own
    assert "Siti Aminah" in page
    assert "Desa Labruk Kidul" in page
    assert "Kecamatan Sumbersuko, Kabupaten Lumajang" in page
    assert codes.code_of(activation.uuid) in page
    assert "0812-3456-7890" in page
    until = timezone.localdate() + timedelta(days=settings.TPBIS_ACTIVATION_DAYS)
    assert f"{until.day} " in page
    assert "NIP 196805121994032007" in page
    assert told[-1] == (1, 2, "Menyatukan halaman")


def test_without_a_name_it_is_for_whoever_looks_after_the_library(batch):
    (chapter,) = letters.letters(batch, at=timezone.now()).chapters

    assert chapter[0].recipient == ""


def test_the_qr_code_is_that_of_the_link(batch):
    (chapter,) = letters.letters(batch, at=timezone.now()).chapters
    activation = Activation.objects.get()

    assert chapter[0].link == f"{settings.TPBIS_PUBLIC_URL}/aktivasi/{chapter[0].code}/"
    assert codes.hash_of(chapter[0].code) == activation.code_hash
    assert letters.QrCode.of(chapter[0].link) == chapter[0].qr


def test_a_qr_code_is_drawn_module_by_module():
    import segno

    drawn = letters.QrCode.of("https://portal.example.go.id/aktivasi/7KQ2M-94XTB/")

    dark = set()
    for run in drawn.path.strip("M").split("M"):
        start, rest = run.split("h", 1)
        x, y = map(int, start.split())
        dark |= {(x + step, y) for step in range(int(rest.split("v")[0]))}
    rows = segno.make("https://portal.example.go.id/aktivasi/7KQ2M-94XTB/", error="m", micro=False)
    assert dark == {
        (x, y)
        for y, row in enumerate(rows.matrix_iter(border=4))
        for x, module in enumerate(row)
        if module
    }
    assert drawn.size == rows.symbol_size(border=4)[0]


def test_pages_follow_district_village_and_name(library, pic):
    others = [
        in_village("Perpustakaan Desa Zamrud", "35.08.21.2004"),
        in_village("Perpustakaan Desa Awan", "35.08.20.2001"),
    ]
    own = factories.LibraryFactory(name="Perpustakaan Umum", region=library.regency, kind="kabkota")
    (batch,) = library_services.issue_letters(libraries=[*others, library, own], by=pic)

    found = letters.letters(batch, at=timezone.now())

    (chapter,) = found.chapters
    assert [letter.library for letter in chapter] == [
        "Perpustakaan Umum",
        "Perpustakaan Desa Awan",
        "Perpustakaan Desa Sumber Ilmu",
        "Perpustakaan Desa Zamrud",
    ]
    assert [letter.opens_district for letter in chapter] == [True, True, True, False]


def test_the_office_is_called_while_no_pic_has_a_number(library, pic):
    office = office_of(library.regency)

    contact = letters.contact_of(library.regency, on=timezone.localdate())

    assert (contact.name, contact.phone) == (office.name, office.contact)


def test_a_pic_who_left_is_not_called(library, lumajang):
    gone = factories.someone(Role.REGENCY_PIC, lumajang, phone="+6281234567890")
    gone.assignments.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert letters.contact_of(lumajang, on=timezone.localdate()).name != gone.full_name


# --- One page each --------------------------------------------------------------------------------

LONG = ("Perpustakaan Desa Taman Baca Masyarakat Mbah Koneng Cahaya Pengetahuan " * 3)[:200]


def test_the_longest_names_do_not_reach_a_second_page(library, pic, shared_press):
    Library.objects.filter(pk=library.pk).update(name=LONG, contact_name="W" * 150)
    wide = in_village("W" * 200, "35.08.20.2001")
    (batch,) = library_services.issue_letters(
        libraries=Library.objects.filter(pk__in=[library.pk, wide.pk]), by=pic
    )

    printed = services.make_letters(batch=batch, told=lambda *_: None)

    pages = words(printed.content)
    assert len(pages) == printed.pages == 2
    assert all("NIP" in page and "Perlu bantuan?" in page for page in pages)


def test_a_letter_that_takes_two_pages_is_not_handed_out(batch, shared_press, monkeypatch):
    from reports import pdf

    monkeypatch.setattr(pdf, "gather", lambda *_args, **_more: pdf.Bound(b"%PDF", 2))

    with pytest.raises(services.NotMade, match="satu halaman"):
        services.make_letters(batch=batch, told=lambda *_: None)


def test_many_letters_are_set_in_chapters_and_bound_in_order(library, pic, shared_press):
    more = [in_village(f"Perpustakaan Desa {n:02d}", "35.08.21.2004") for n in range(4)]
    (batch,) = library_services.issue_letters(libraries=[library, *more], by=pic)
    found = letters.letters(batch, at=timezone.now())
    (chapter,) = found.chapters
    cut = replace(found, chapters=(chapter[:2], chapter[2:4], chapter[4:]))

    printed = letters.print_letters(cut, press=shared_press, told=lambda *_: None)

    pages = words(printed.content)
    assert [letter.code in page for letter, page in zip(chapter, pages, strict=True)] == [True] * 5


# --- Codes that changed since ---------------------------------------------------------------------


def test_printing_again_gives_the_same_code(batch):
    now = timezone.now()

    first, again = (letters.letters(batch, at=now).chapters[0][0].code for _ in range(2))

    assert first == again


@pytest.mark.parametrize("what", ["used", "revoked", "expired"])
def test_codes_that_are_no_good_any_more_are_left_out(library, librarian, pic, what):
    other = in_village("Perpustakaan Desa Awan", "35.08.20.2001")
    library.assignments.all().delete()
    (batch,) = library_services.issue_letters(libraries=[library, other], by=pic)
    now = timezone.now()
    changes = {
        "used": {"used_at": now, "used_by": librarian},
        "revoked": {"revoked_at": now, "revoked_by": pic},
        "expired": {"issued_at": now - timedelta(days=40), "expires_at": now - timedelta(days=9)},
    }
    Activation.objects.filter(library=library).update(**changes[what])

    (chapter,) = letters.letters(batch, at=now).chapters

    assert [letter.library for letter in chapter] == [other.name]


def test_a_batch_without_a_good_code_makes_no_document(batch, pic, shared_press):
    Activation.objects.update(revoked_at=timezone.now(), revoked_by=pic)

    document = made(batch, pic)

    assert document.state == DocumentState.FAILED
    assert "dicabut" in document.problem


# --- Asked for and made ---------------------------------------------------------------------------


def test_issuing_makes_one_document_a_regency(library, other_library, staff):
    documents = services.issue_letters(libraries=[library, other_library], by=staff)

    assert {one.region for one in documents} == {library.regency, other_library.regency}
    assert {one.kind for one in documents} == {DocumentKind.LETTERS}
    assert {one.state for one in documents} == {DocumentState.REQUESTED}
    asked = AuditEvent.objects.filter(action="reports.request_letters", by=staff)
    assert asked.count() == 2


def test_issuing_is_all_or_nothing(library, other_library, librarian, staff):
    with pytest.raises(library_services.HaveAccounts):
        services.issue_letters(libraries=[library, other_library], by=staff)

    assert not Activation.objects.exists()
    assert not Document.objects.exists()


def test_the_document_is_made_by_the_worker(batch, pic, shared_press):
    document = made(batch, pic)

    assert (document.state, document.pages) == (DocumentState.DONE, 1)


def test_no_page_of_a_letter_stays_on_the_shelf(batch, pic, shared_press):
    from django.core.files.storage import storages

    from reports.documents import shelf

    before = set(shelf.names())

    made(batch, pic)

    assert set(shelf.names()) == before
    assert storages["documents"].exists(Document.objects.get().file_name)


def test_asking_twice_gives_the_first(batch, pic):
    assert services.request_letters(batch=batch, by=pic) == services.request_letters(
        batch=batch, by=pic
    )


@pytest.mark.parametrize("who", ["facilitator", "leader", "strange_pic", "librarian"])
def test_nobody_else_prints_letters(request, library, staff, who):
    (batch,) = library_services.issue_letters(libraries=[library], by=staff)

    with pytest.raises(services.NotForThisRegion):
        services.request_letters(batch=batch, by=request.getfixturevalue(who))
    with pytest.raises(PermissionDenied):
        services.issue_letters(libraries=[library], by=request.getfixturevalue(who))


def test_whoever_lost_the_region_since_gets_no_letters(batch, pic, shared_press):
    asked = services.request_letters(batch=batch, by=pic)
    pic.assignments.all().delete()

    document = services.render(document_id=asked.pk)

    assert document is not None
    assert document.state == DocumentState.FAILED


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("pic", True),
        ("staff", True),
        ("facilitator", False),
        ("leader", False),
        ("strange_pic", False),
        ("stranger", False),
    ],
)
def test_letters_are_seen_by_whoever_keeps_the_accounts(request, batch, pic, who, sees):
    document = services.request_letters(batch=batch, by=pic)

    visible = Document.objects.visible_to(request.getfixturevalue(who))

    assert visible.filter(pk=document.pk).exists() is sees


def test_an_observer_sees_other_documents_but_no_letters(batch, pic, province):
    observer = factories.someone(Role.OBSERVER, province)
    services.request_letters(batch=batch, by=pic)

    assert not Document.objects.visible_to(observer).exists()
