"""Needs, offers and commitments: who states, who judges, who gives."""

from libraries import permissions as register
from libraries.enums import Level
from libraries.models import Library, Region
from stakeholders.models import Commitment, Membership, Need, Offer, Organisation
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


def can_state_need(user: User, place: Library | Region) -> bool:
    """Of a library: its librarian, its PIC and the province; of a regency's or the province's
    libraries together: whoever keeps its register."""
    if isinstance(place, Region):
        return place.level <= Level.REGENCY and register.can_register_in(user, place)
    stating = user.role in (Role.LIBRARIAN, Role.REGENCY_PIC, Role.PROVINCE_STAFF)
    return stating and Library.objects.visible_to(user).filter(pk=place.pk).exists()


def can_judge_need(user: User, need: Need) -> bool:
    """Confirm it or not, bring it together with an organisation: its PIC and the province."""
    return brings_together(user) and can_state_need(user, need.place())


def can_prioritise(user: User, need: Need) -> bool:
    return user.role == Role.PROVINCE_STAFF and can_judge_need(user, need)


def brings_together(user: User) -> bool:
    """Whose work it is at all, wherever."""
    return user.role in register.KEEPERS


def speaks_for(user: User, organisation: Organisation) -> bool:
    """A supporter, today."""
    return (
        user.role == Role.SUPPORTER
        and Membership.objects.in_force().filter(user=user, organisation=organisation).exists()
    )


def states_offers(user: User) -> bool:
    """Whose work it is at all, for whichever organisation."""
    return brings_together(user) or user.role == Role.SUPPORTER


def can_state_offer(user: User, organisation: Organisation, region: Region) -> bool:
    """Whoever speaks for the organisation, for any region of the province; staff for an
    organisation they see, where they work."""
    if region.level > Level.REGENCY:
        return False
    if speaks_for(user, organisation):
        return True
    seen = Organisation.objects.visible_to(user).filter(pk=organisation.pk)
    return brings_together(user) and register.can_register_in(user, region) and seen.exists()


def can_change_offer(user: User, offer: Offer) -> bool:
    return can_state_offer(user, offer.organisation, offer.region)


def can_promise(user: User, commitment: Commitment) -> bool:
    """The organisation itself, or staff for it."""
    return speaks_for(user, commitment.organisation) or can_judge_need(user, commitment.need)


def can_realise(user: User, commitment: Commitment) -> bool:
    """Staff alone: it becomes a gift and a partnership, which the score counts."""
    return can_judge_need(user, commitment.need)
