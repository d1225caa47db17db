"""Questions of one line: role x scope x state x not one's own."""

from activities.enums import Source, State
from activities.models import MonthlyReport
from libraries.models import Assignment, Library
from libraries.querysets import LibraryQuerySet
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


def can_record(user: User, library: Library) -> bool:
    """A librarian records for the library it is assigned to."""
    return user.role == Role.LIBRARIAN and _covers(user, library)


def can_edit(user: User, report: MonthlyReport) -> bool:
    return report.is_editable and can_record(user, report.library)


def can_review(user: User, report: MonthlyReport) -> bool:
    """A second pair of eyes: whoever submitted it may not also judge it."""
    return (
        report.state == State.SUBMITTED
        and report.source == Source.PORTAL
        and report.submitted_by_id != user.pk
        and _judges(user, report.library)
    )


def can_reopen(user: User, report: MonthlyReport) -> bool:
    return (
        report.state == State.APPROVED
        and report.source == Source.PORTAL
        and _judges(user, report.library)
    )


def reviews_anywhere(user: User) -> bool:
    """Whether the review queue is this person's work at all."""
    if user.role == Role.FACILITATOR:
        return Assignment.objects.in_force().filter(user=user, may_review=True).exists()
    return user.role == Role.REGENCY_PIC


def judged_by(user: User) -> LibraryQuerySet:
    """The libraries whose reports are this person's to judge: a PIC's own, and of a facilitator's
    those that were handed over."""
    if user.role == Role.REGENCY_PIC:
        return Library.objects.visible_to(user)
    if user.role == Role.FACILITATOR:
        return Library.objects.handed_over_to(user)
    return Library.objects.none()


def _judges(user: User, library: Library) -> bool:
    return judged_by(user).filter(pk=library.pk).exists()


def _covers(user: User, library: Library) -> bool:
    return Library.objects.visible_to(user).filter(pk=library.pk).exists()
