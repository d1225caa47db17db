"""After the portal was put back to what it was on an earlier day."""

from django.db import transaction

from tpbis.accounts.enums import MailState
from tpbis.accounts.models import Message, Session


@transaction.atomic
def begin_anew() -> int:
    """Sign everybody out, since whoever was signed out since then would be in again; and mail
    nothing that waited then, since it may have gone out since: how many that were. Phones stay
    bound, or every librarian would need a new letter."""
    Session.objects.all().delete()
    return Message.objects.filter(mail=MailState.PENDING).update(mail=MailState.FAILED)
