"""*Piagam*: one landscape page for each library that was granted an award, with a code by which
anybody can ask whether it still counts."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from libraries.models import Region
from reports import codes
from reports.documents.content import letterhead
from reports.documents.letters import QrCode
from reports.documents.paper import place_of
from reports.documents.single import SINGLE, NothingToSay, Single
from reports.enums import DocumentKind
from reports.figures.certificates import Told, certificates_told
from reports.models import Certificate, Document
from tpbis.core import periods


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page says."""

    told: Told
    place: str
    code: str
    qr: QrCode


def certificate(document: Document, at: datetime) -> Single:
    """Those of ``details["certificates"]`` that count and that whoever asked may see."""
    asked = document.details.get("certificates", [])
    seen = Certificate.objects.visible_to(document.requested_by).filter(pk__in=asked).in_force()
    sheets = [_sheet(told) for told in certificates_told(seen.for_list())]
    if not sheets:
        raise NothingToSay("Tidak ada piagam yang berlaku untuk dicetak.")
    month = periods.written(document.end)
    whose = sheets[0].told.library.name if len(sheets) == 1 else document.region.title
    address: str = settings.TPBIS_PUBLIC_URL
    return Single(
        title=f"Piagam TPBIS {whose}, {month}",
        template="reports/pdf/certificate.html",
        pages=len(sheets),
        content={
            "sheets": sheets,
            "address": address.partition("://")[2],
            "letterhead": letterhead(_province_of(document.region)),
        },
    )


def _sheet(told: Told) -> Sheet:
    code = told.certificate.code
    return Sheet(
        told=told,
        place=place_of(told.library),
        code=codes.spoken(code),
        qr=QrCode.of(codes.link_of(code)),
    )


def _province_of(region: Region) -> Region:
    return region.parent or region


SINGLE[DocumentKind.CERTIFICATE] = certificate
