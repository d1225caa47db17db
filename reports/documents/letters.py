"""Activation letters: one page for each library that may still be let in, ordered as they are
delivered. A letter is a secret: its pages are never kept on the shelf of chapters.

The code is made anew from the activation's uuid whenever a letter is printed, so that printing
twice gives the same code; codes that were used, revoked or have expired since are left out.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from lokal import parse_phone

from libraries import codes
from libraries.enums import Level
from libraries.models import Activation, Assignment, LetterBatch, Library, Region
from reports.documents import content
from reports.documents.printing import NotPrinted, Printed, Told, result_of
from reports.models import Office
from tpbis.accounts.enums import Role

if TYPE_CHECKING:
    from reports import pdf

A_CHAPTER = 25  # letters laid out at a time: a child needs about a second for them


class NothingToPrint(Exception):
    """Every code of the batch was used, was revoked or has expired."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """Dark runs of modules as one path, on a square of ``size`` modules with its quiet border. They
    are filled: strokes are moved to whole dots by whoever prints them."""

    size: int
    path: str

    @classmethod
    def of(cls, text: str) -> "QrCode":
        """Level M, read even where a fold or a stamp crosses it."""
        code = segno.make(text, error="m", micro=False)
        rows = [bytes(row) for row in code.matrix_iter(border=4)]
        runs: list[str] = []
        for y, row in enumerate(rows):
            x = 0
            for dark, modules in groupby(row):
                length = len(list(modules))
                if dark:
                    runs.append(f"M{x} {y}h{length}v1h-{length}z")
                x += length
        return cls(len(rows), "".join(runs))


@dataclass(frozen=True, slots=True)
class Letter:
    """What one page says."""

    library: str
    village: str  # "Desa Labruk Kidul", or where the library has none, its regency
    district: str  # "Kecamatan Sumbersuko", empty where the library has none
    recipient: str  # empty where nobody is known yet
    code: str
    link: str
    qr: QrCode
    valid_until: date  # to the end of that day
    opens_district: bool  # a bookmark leads to it


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call: the regency's PIC, or the office while no PIC has left a number."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class LetterSet:
    """A batch of letters, ready to be set."""

    region: Region
    letterhead: content.Letterhead
    issued_on: date
    contact: Contact
    chapters: tuple[tuple[Letter, ...], ...]

    @property
    def title(self) -> str:
        return f"Surat Aktivasi Portal TPBIS {self.region.title}"

    @property
    def address(self) -> str:
        """The portal's, as people type it."""
        address: str = settings.TPBIS_PUBLIC_URL
        return address.partition("://")[2]


def letters(batch: LetterBatch, *, at: datetime) -> LetterSet:
    """The letters of ``batch`` whose codes are good at ``at``, by district, village and name.
    Raises :class:`NothingToPrint`."""
    activations = list(
        Activation.objects.open()
        .filter(batch=batch, library__isnull=False, expires_at__gt=at)
        .select_related("library__region__parent", "library__regency")
    )
    if not activations:
        raise NothingToPrint
    activations.sort(key=_delivered_by)
    return LetterSet(
        region=batch.region,
        letterhead=_letterhead(batch.region),
        issued_on=timezone.localdate(batch.issued_at),
        contact=contact_of(batch.region, on=timezone.localdate(at)),
        chapters=tuple(_chapters(activations)),
    )


def print_letters(found: LetterSet, *, press: "pdf.Press", told: Told) -> Printed:
    """Set and bind ``found``. ``told`` hears of each chapter; what it raises ends the work."""
    from reports import pdf

    steps = len(found.chapters) + 1
    told(0, steps, "Menata surat")
    running: dict[Future[bytes], int] = {}
    for number, chapter in enumerate(found.chapters):
        told(0, steps, "Menata surat")
        page = {"set": found, "letters": chapter}
        running[press.lay_out(render_to_string("reports/pdf/letters.html", page))] = number
    done: dict[int, bytes] = {}
    for future in as_completed(running):
        number = running[future]
        done[number] = result_of(future, f"Surat {number * A_CHAPTER + 1} dan seterusnya")
        told(len(done), steps, "Menata surat")
    told(steps - 1, steps, "Menyatukan halaman")
    bound = pdf.gather(
        (done[number] for number in sorted(done)),
        information={
            "Title": found.title,
            "Author": found.letterhead.office,
            "Creator": "Portal TPBIS",
        },
        language=content.LANGUAGE,
    )
    if bound.pages != sum(map(len, found.chapters)):
        raise NotPrinted("Ada surat yang tidak muat di satu halaman.", part="Surat")
    return Printed(content=bound.content, pages=bound.pages)


# --- What stands on a page ------------------------------------------------------------------------


def _chapters(activations: Sequence[Activation]) -> Iterable[tuple[Letter, ...]]:
    for begin in range(0, len(activations), A_CHAPTER):
        before = ""
        chapter = []
        for activation in activations[begin : begin + A_CHAPTER]:
            letter = _letter(activation, before)
            before = letter.district or letter.village
            chapter.append(letter)
        yield tuple(chapter)


def _letter(activation: Activation, before: str) -> Letter:
    """``before``: the district (or else the regency) of the letter before it."""
    library = _library(activation)
    code = codes.code_of(activation.uuid)
    village, district = _village_and_district(library)
    link = codes.link_of(code)
    return Letter(
        library=library.name,
        village=village,
        district=district,
        recipient=activation.recipient_name,
        code=code,
        link=link,
        qr=QrCode.of(link),
        valid_until=timezone.localdate(activation.expires_at),
        opens_district=(district or village) != before,
    )


def _village_and_district(library: Library) -> tuple[str, str]:
    region = library.region
    if region.level == Level.VILLAGE and region.parent:
        return region.title, region.parent.title
    if region.level == Level.DISTRICT:
        return "", region.title
    return region.title, ""


def _delivered_by(activation: Activation) -> tuple[str, str, str, int]:
    """District, then village, then name; the regency's own library comes first."""
    library = _library(activation)
    village, district = _village_and_district(library)
    place = village if district else ""
    return district.casefold(), place.casefold(), library.name.casefold(), activation.pk


def _library(activation: Activation) -> Library:
    assert activation.library is not None  # only these were asked for
    return activation.library


def _letterhead(region: Region) -> content.Letterhead:
    """The regency's office; while it has none, the province's."""
    above = [region.pk] if region.parent_id is None else [region.pk, region.parent_id]
    office = (
        Office.objects.filter(region__in=above)
        .select_related("region")
        .order_by("-region__level")
        .first()
    )
    return content.letterhead(office.region if office else region)


def contact_of(region: Region, *, on: date) -> Contact:
    """A PIC of ``region`` who has a number, else the office."""
    pic = (
        Assignment.objects.in_force(on)
        .filter(region=region, user__role=Role.REGENCY_PIC, user__is_active=True)
        .exclude(user__phone="")
        .select_related("user")
        .order_by("pk")
        .first()
    )
    if pic is not None:
        return Contact(f"{pic.user.full_name} (PIC {region.title})", spoken(pic.user.phone))
    head = _letterhead(region)
    return Contact(head.office, head.contact)


def spoken(phone: str) -> str:
    """``0812-3456-7890``: as people read a number out."""
    return parse_phone(phone).national or phone
