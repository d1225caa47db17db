"""What the people of the demo were told lately: by the notices themselves for its today, and for
librarians with a demo account an earlier reminder, which they have read and followed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from activities import notices
from libraries.models import Assignment
from tpbis.accounts import services as accounts
from tpbis.accounts.enums import MessageKind
from tpbis.accounts.models import Message
from tpbis.core import periods
from tpbis.core.working_days import is_working_day

_MORNING = timedelta(hours=7)


def tell(now: datetime, librarians: Iterable[str]) -> None:
    today = now.date()
    notices.returned(at=now)
    notices.before_due(on=today)
    notices.after_due(on=today)
    day = next(on for on in (today - timedelta(days=n) for n in range(30)) if is_working_day(on))
    notices.digest(on=day)
    notices.escalation(on=day)
    morning = min(periods.midnight(day) + _MORNING, now)
    Message.objects.exclude(kind=MessageKind.RETURNED).update(created_at=morning)
    _remember(now, librarians)


def _remember(now: datetime, librarians: Iterable[str]) -> None:
    month = periods.add_months(periods.first_of_month(now.date()), -2)
    code = periods.month_code(month)
    posts = Assignment.objects.in_force(now.date()).filter(user__username__in=librarians)
    for user, pk, name, regency in posts.values_list(
        "user", "library", "library__name", "library__regency"
    ):
        library = notices.Awaited(pk, name, regency)
        news = notices.reminder(
            MessageKind.BEFORE_DUE, month, period=code, user=user, library=library
        )
        accounts.tell_many([news])
        at = periods.deadline(month) - notices.BEFORE - timedelta(days=1) + _MORNING
        told = Message.objects.filter(user=user, kind=MessageKind.BEFORE_DUE, period=code)
        told.update(created_at=at, read_at=at + timedelta(hours=2))
