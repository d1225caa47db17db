"""*Berita acara serah terima*: the draft that both sides sign, of a commitment that was kept."""

from datetime import datetime

from reports.documents.content import letterhead
from reports.documents.paper import place_of
from reports.documents.single import SINGLE, NothingToSay, Single
from reports.documents.wording.official import day_in_words, money_in_words
from reports.enums import DocumentKind
from reports.models import Document
from stakeholders.enums import PartnershipKind
from stakeholders.models import Commitment


def handover(document: Document, at: datetime) -> Single:
    """What came, as it was recorded, on the day it came; who signs as was typed."""
    seen = Commitment.objects.visible_to(document.requested_by).realised()
    found = seen.filter(documents=document).select_related(
        "organisation", "support", "need__library__region__parent", "need__library__regency"
    )
    commitment = found.select_related("need__region").first()
    if commitment is None or commitment.support is None:
        raise NothingToSay("Komitmen ini belum terwujud, atau tidak lagi dapat dilihat peminta.")
    need, gift = commitment.need, commitment.support
    is_money = gift.kind == PartnershipKind.MONEY
    return Single(
        title=f"Berita acara serah terima {commitment.organisation.name}, {need.title}",
        template="reports/pdf/handover.html",
        content={
            "commitment": commitment,
            "need": need,
            "gift": gift,
            "is_money": is_money,
            "receiver": need.library.name if need.library else need.region.title,
            "place": place_of(need.library) if need.library else "",
            "day_words": day_in_words(gift.given_on),
            "worth": money_in_words(gift.rupiah) if gift.rupiah else "",
            "said": {name: document.details.get(name, "") for name in TYPED},
            "letterhead": letterhead(document.region),
        },
    )


TYPED = ("nomor", "tempat", "pemberi", "jabatan_pemberi", "penerima", "jabatan_penerima")

SINGLE[DocumentKind.HANDOVER] = handover
