"""Documents of one piece: laid out at once, and therefore tagged (PDF/UA).

Each kind says in a module of its own what stands in it; :data:`SINGLE` knows them all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import timezone

from reports.documents import printing
from reports.documents.content import LANGUAGE
from reports.enums import DocumentKind
from reports.models import Document

if TYPE_CHECKING:
    from reports import pdf
    from reports.documents.printing import Printed, Told


class NothingToSay(Exception):
    """There is nothing such a document could be made of; the text says why."""


@dataclass(frozen=True, slots=True)
class Single:
    """``template`` (extends ``reports/pdf/single.html``) shown with ``content``; one that promises
    a number of ``pages`` is set closer and closer until it keeps it."""

    title: str
    template: str
    content: dict[str, Any]
    pages: int | None = None


Maker = Callable[[Document, datetime], Single]
# What each kind is made by: of the document that was asked for, as of a moment. Figures are those
# that ``document.requested_by`` may see. Raises :class:`NothingToSay`.
SINGLE: dict[DocumentKind, Maker] = {}


def print_single(
    document: Document, *, press: "pdf.Press", told: "Told", at: datetime
) -> "Printed":
    """Raises :class:`NothingToSay` and ``printing.NotPrinted``."""
    from reports import pdf

    told(0, 1, document.get_kind_display())
    single = SINGLE[DocumentKind(document.kind)](document, at)
    for fit in _FITS:
        content = _set(single, fit, press, at)
        taken = pdf.page_count(content)
        if single.pages is None or taken <= single.pages:
            return printing.Printed(content=content, pages=taken)
    raise NothingToSay(
        f"“{single.title}” tidak muat di {single.pages} halaman. Ringkaskan isiannya."
    )


_STYLE = "static:css/print_single.css"
_FITS = ("", "fit-dense", "fit-dense fit-denser")  # classes of the style


def _set(single: Single, fit: str, press: "pdf.Press", at: datetime) -> bytes:
    given = {
        "title": single.title,
        "language": LANGUAGE,
        "as_of": at,
        "on": timezone.localdate(at),
        "fit": fit,
        "style": _STYLE,
    }
    html = render_to_string(single.template, given | single.content)
    return printing.result_of(press.lay_out(html, tagged=True), single.title)
