"""What becomes of documents and certificates when two libraries become one; all of it is part of a
merger, in its transaction."""

from django.utils import timezone
from django.utils.translation import gettext as _

from kpi.enums import AwardDecision
from kpi.models import Award
from libraries.models import Library
from reports.models import Certificate, Document
from tpbis.accounts import audit
from tpbis.accounts.models import User


def move_documents(*, keep: Library, duplicate: Library) -> None:
    """What was printed about ``duplicate`` is about ``keep``; its text stays as it was printed."""
    Document.objects.filter(library=duplicate).update(library=keep)


def move_certificate(*, award: Award, stays: Award, by: User) -> None:
    """The certificate of an award that goes, because ``stays`` is what counts for that closing:
    paper in somebody's hands still leads to the library, and says so when it no longer counts. Of
    two for one closing the survivor's stays; the audit keeps the other's code."""
    certificate = Certificate.objects.filter(award=award).first()
    if certificate is None:
        return
    if Certificate.objects.filter(award=stays).exists():
        changes = {"code": [certificate.code, None]}
        audit.record(
            "reports.drop_certificate",
            by=by,
            subject=certificate,
            about=stays.library,
            changes=changes,
        )
        certificate.delete()
        return
    certificate.award = stays
    if stays.decision != AwardDecision.GRANTED and certificate.withdrawn_at is None:
        certificate.withdrawn_at = timezone.now()
        certificate.withdrawn_by = by
        certificate.reason = _("Dua entri digabung; keputusan yang berlaku tidak memberi piagam.")
    certificate.save()
