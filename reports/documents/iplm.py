"""Figures of a regency for its *Indeks Pembangunan Literasi Masyarakat*, with definitions."""

from datetime import datetime

from reports.documents.content import letterhead
from reports.documents.paper import libraries_of
from reports.documents.single import SINGLE, Single
from reports.enums import DocumentKind
from reports.figures.iplm import iplm as figures_of
from reports.models import Document


def iplm(document: Document, at: datetime) -> Single:
    region, period = document.region, document.period
    return Single(
        title=f"Data dukung IPLM {region.title}, {period}",
        template="reports/pdf/iplm.html",
        content={
            "region": region,
            "period": period,
            "elements": figures_of(region, libraries_of(document), period),
            "letterhead": letterhead(region),
        },
    )


SINGLE[DocumentKind.IPLM] = iplm
