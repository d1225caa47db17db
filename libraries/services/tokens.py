"""Programs that ask the API: each has an account with one place, and no way to sign in."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries import permissions
from libraries.models import Region
from libraries.services.people import assign
from tpbis.accounts import services as accounts
from tpbis.accounts.enums import Role, TokenRight
from tpbis.accounts.models import ApiToken, User
from tpbis.core import periods, texts

LONGEST_TOKEN = timedelta(days=365)
# Who only reads sees what an observer sees, without persons; who records does a librarian's work.
_ROLES = {
    TokenRight.READ: Role.OBSERVER,
    TokenRight.RECORD: Role.LIBRARIAN,
    TokenRight.SUBMIT: Role.LIBRARIAN,
}


@transaction.atomic
def let_program_in(
    *, name: str, purpose: str, region: Region, right: TokenRight, last_day: date, by: User
) -> tuple[ApiToken, str]:
    """A token for a program that works for ``region`` until the end of ``last_day``, and its
    secret. Raises ``ValidationError`` naming the field, ``PermissionDenied`` for other places."""
    if not permissions.can_let_program_in(by, region):
        raise PermissionDenied
    today = timezone.localdate()
    if not today <= last_day <= today + LONGEST_TOKEN:
        raise ValidationError({"last_day": _("Pilih hari dari hari ini sampai setahun lagi.")})
    name, right = texts.plain(name), TokenRight(right)
    user = User(username=_username(), full_name=name, role=_ROLES[right])
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    made = accounts.issue_token(
        user=user,
        name=name,
        purpose=texts.plain(purpose),
        right=right,
        expires_at=periods.midnight(last_day + timedelta(days=1)),
        by=by,
    )
    assign(user=user, region=region, starts_on=today, by=by)
    return made


def _username() -> str:
    """Nobody types it: it only has to be nobody else's."""
    newest = User.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    return f"program-{newest + 1}"
