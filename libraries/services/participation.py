"""From when to when a library takes no part: dated spans, so that any past month can be asked."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from libraries.models import Inactivity, Library
from libraries.services.register import announce, lock
from tpbis.accounts import audit
from tpbis.accounts.models import User


class AlreadyInactive(Exception):
    """Somebody deactivated the library before."""

    def __init__(self) -> None:
        super().__init__(_("Perpustakaan ini sudah nonaktif."))


class NotInactive(Exception):
    """The library takes part, so it cannot be activated."""

    def __init__(self) -> None:
        super().__init__(_("Perpustakaan ini sudah aktif."))


@transaction.atomic
def deactivate(*, library: Library, starts_on: date, reason: str, by: User) -> Inactivity:
    """The library takes no part from ``starts_on`` on: today or a past day since it joined, and
    after every span it was inactive before. Its people and its history stay.

    Raises ``AlreadyInactive``, and ``ValidationError`` naming the field.
    """
    library = lock(library, by=by)
    spans = Inactivity.objects.filter(library=library)
    if spans.filter(ends_on__isnull=True).exists():
        raise AlreadyInactive
    if not reason.strip():
        raise ValidationError({"reason": _("Isi alasannya.")})
    last = spans.order_by("-ends_on").values_list("ends_on", flat=True).first()
    first_day = max(library.joined_on, last + timedelta(days=1)) if last else library.joined_on
    _within(starts_on, first_day, field="starts_on")
    span = Inactivity.objects.create(library=library, starts_on=starts_on, reason=reason.strip())
    _record("libraries.deactivate", library, by, {"starts_on": starts_on, "reason": span.reason})
    return span


@transaction.atomic
def reactivate(*, library: Library, active_from: date, by: User) -> Inactivity:
    """The library takes part again from ``active_from`` on: today or a past day, later than the
    day it stopped.

    Raises ``NotInactive``, and ``ValidationError`` naming the field.
    """
    library = lock(library, by=by)
    span = Inactivity.objects.filter(library=library, ends_on__isnull=True).first()
    if span is None:
        raise NotInactive
    _within(active_from, span.starts_on + timedelta(days=1), field="active_from")
    span.ends_on = active_from - timedelta(days=1)
    span.save(update_fields=["ends_on"])
    _record("libraries.reactivate", library, by, {"active_from": active_from})
    return span


def _within(day: date, first: date, *, field: str) -> None:
    """Neither before ``first`` nor after today: what is to come is entered when it has come."""
    if first > timezone.localdate():
        raise ValidationError({field: _("Baru bisa mulai besok.")})
    if not first <= day <= timezone.localdate():
        raise ValidationError(
            {
                field: _("Pilih tanggal dari %(first)s sampai hari ini.")
                % {"first": date_format(first, "j F Y")}
            }
        )


def _record(action: str, library: Library, by: User, said: dict[str, object]) -> None:
    audit.record(action, by=by, subject=library, changes=audit.difference({}, said))
    announce(library)
