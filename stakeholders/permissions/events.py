from libraries import permissions as register
from libraries.models import Library
from stakeholders.models import Attendee, Event, Membership
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


def arranges_events(user: User) -> bool:
    """Whose work it is at all, wherever."""
    return register.keeps_register(user)


def can_arrange(user: User, event: Event) -> bool:
    """Invite, note who came, write the minutes: whoever keeps the register of its region."""
    return register.can_register_in(user, event.region)


def can_answer(user: User, attendee: Attendee) -> bool:
    """For oneself: whoever arranges it, the librarian of the library, a supporter for its own."""
    if can_arrange(user, attendee.event):
        return True
    if user.role == Role.LIBRARIAN and attendee.library_id:
        return Library.objects.visible_to(user).filter(pk=attendee.library_id).exists()
    if user.role == Role.SUPPORTER and attendee.organisation_id:
        own = Membership.objects.in_force().filter(user=user)
        return own.filter(organisation=attendee.organisation_id).exists()
    return False


def can_erase(user: User, attendee: Attendee) -> bool:
    """Somebody asked to be forgotten: the province alone."""
    return user.role == Role.PROVINCE_STAFF and can_arrange(user, attendee.event)


def sees_names(user: User) -> bool:
    """Observers get figures, never people."""
    return user.role != Role.OBSERVER
