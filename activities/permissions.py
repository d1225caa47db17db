"""Questions of one line: role x scope x state x not one's own."""

from activities.enums import Source, State, StoryState
from activities.models import MonthlyReport, Story
from libraries.enums import ReportingMode
from libraries.models import Assignment, Library, Region
from libraries.permissions import takes_contacts
from libraries.querysets import LibraryQuerySet
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


def can_record(user: User, library: Library) -> bool:
    """A librarian records for the library it is assigned to."""
    return user.role == Role.LIBRARIAN and _covers(user, library)


def records_here(library: Library) -> bool:
    """Whether its regency keeps its months here, and not in the SIM."""
    return library.regency.reporting_mode == ReportingMode.PORTAL


def can_edit(user: User, report: MonthlyReport) -> bool:
    return report.is_editable and can_record(user, report.library) and records_here(report.library)


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


def imports_sim(user: User) -> bool:
    """Whether feeds of the national SIM are this person's to take in."""
    return user.role == Role.PROVINCE_STAFF and Region.objects.visible_to(user).exists()


def tells_apart(user: User, library: Library) -> bool:
    """Whether two entries that look alike are the same: its PIC knows, or the province."""
    return user.role in (Role.PROVINCE_STAFF, Role.REGENCY_PIC) and _covers(user, library)


def marks_as_copied(user: User, report: MonthlyReport) -> bool:
    """Who copies a month into the SIM: its library, or the PIC for it."""
    return (
        report.source == Source.PORTAL
        and user.role in (Role.LIBRARIAN, Role.REGENCY_PIC)
        and _covers(user, report.library)
    )


# --- Following up ---------------------------------------------------------------------------------


def excuses_months(user: User) -> bool:
    """Whether a late month is this person's to excuse."""
    return user.role in (Role.PROVINCE_STAFF, Role.REGENCY_PIC)


def can_excuse(user: User, library: Library) -> bool:
    return excuses_months(user) and _covers(user, library)


def mentors(user: User) -> bool:
    """Whether this person visits libraries and writes down what was agreed."""
    return user.role in (Role.FACILITATOR, Role.REGENCY_PIC)


def can_mentor(user: User, library: Library) -> bool:
    return mentors(user) and _covers(user, library)


def can_remind(user: User, library: Library) -> bool:
    """Whoever may hold a library's phone number."""
    return takes_contacts(user) and _covers(user, library)


# --- Stories --------------------------------------------------------------------------------------


def can_tell(user: User, library: Library) -> bool:
    """Its librarian writes its stories, also where months are recorded in the SIM."""
    return user.role == Role.LIBRARIAN and _covers(user, library)


def works_on_story(user: User, story: Story) -> bool:
    """Its librarian, and who judges the library's reports: those who may act on it at all."""
    return can_tell(user, story.library) or _judges(user, story.library)


def can_review_story(user: User, story: Story) -> bool:
    """A second pair of eyes: neither who wrote it nor who sent it in."""
    return (
        story.state == StoryState.SUBMITTED
        and user.pk not in (story.submitted_by_id, story.created_by_id)
        and _judges(user, story.library)
    )


def can_withdraw_story(user: User, story: Story) -> bool:
    """Its library what it sent in, its PIC what is published."""
    if story.state == StoryState.APPROVED:
        return works_on_story(user, story)
    return story.state in (StoryState.SUBMITTED, StoryState.RETURNED) and can_tell(
        user, story.library
    )


def can_withdraw_consent(user: User, story: Story) -> bool:
    """Whoever of the two the person tells first."""
    return works_on_story(user, story)


def sees_consents(user: User, story: Story) -> bool:
    """Who agreed, and what was said while it was judged: its library, its PIC, the province."""
    if user.role == Role.PROVINCE_STAFF:
        return _covers(user, story.library)
    return works_on_story(user, story)


def _judges(user: User, library: Library) -> bool:
    return judged_by(user).filter(pk=library.pk).exists()


def _covers(user: User, library: Library) -> bool:
    return Library.objects.visible_to(user).filter(pk=library.pk).exists()
