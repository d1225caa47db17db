"""One page with a region's letterhead and signature, to look at before anything is printed."""

from django.template.loader import render_to_string
from django.utils import timezone, translation

from libraries.models import Region
from reports.documents import offices
from reports.documents.briefs import LANGUAGE, letter_fields
from reports.documents.printing import result_of


def letter_of(region: Region) -> bytes:
    """Raises ``printing.NotPrinted``."""
    from reports import pdf

    office = offices.office_of(region)
    with translation.override(LANGUAGE), pdf.Press(pdf.Limits(children=1)) as press:
        html = render_to_string(
            "reports/pdf/office_sample.html",
            {
                "region": region,
                "letterhead": offices.head_of(office, region),
                "letter": letter_fields(office, None),
                "legal_basis": offices.legal_basis(office),
                "outline": [offices.OUTLINE[key] for key in offices.outline(office)],
                "day": timezone.localdate(),
            },
        )
        return result_of(press.lay_out(html), "Contoh")
