"""What the page of a supporting body says of it beside its gifts."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from libraries.enums import Theme
from stakeholders import permissions
from stakeholders.models import ActionItem, Attendee, Commitment, Contact, Membership, SynergyTeam
from tpbis.accounts.enums import Role
from tpbis.accounts.history import rows_of
from tpbis.accounts.models import AuditEvent
from tpbis.accounts.querysets import subject_of

if TYPE_CHECKING:
    from stakeholders.models import Organisation
    from tpbis.accounts.models import User

SHOWN = 20


def profile_of(organisation: "Organisation", user: "User") -> dict[str, Any]:
    """Who it is, whom to call, and what else it takes part in, as far as ``user`` sees it."""
    keeps = permissions.keeps_organisations(user)
    seats = SynergyTeam.objects.visible_to(user).filter(members__organisation=organisation)
    attended = Attendee.objects.visible_to(user).present().filter(organisation=organisation)
    commitments = Commitment.objects.visible_to(user).filter(organisation=organisation)
    actions = ActionItem.objects.visible_to(user).filter(organisation=organisation)
    return {
        "themes": [theme.label for theme in Theme if theme in organisation.themes],
        "interests": organisation.regions.order_by("code"),
        "former_names": list(organisation.merged.order_by("pk").values_list("name", flat=True)),
        "contacts": Contact.objects.visible_to(user)
        .filter(organisation=organisation)
        .order_by("erased_at", "position", "pk"),
        "may_keep_contacts": permissions.can_keep_contacts(user, organisation),
        "may_change": permissions.can_change_organisation(user, organisation),
        "may_lift": permissions.can_lift_organisation(user, organisation),
        "may_merge": keeps and organisation.village_id is None,
        "may_tie": keeps,
        "memberships": Membership.objects.for_list().filter(organisation=organisation)
        if keeps
        else [],
        "today": timezone.localdate(),
        "commitments": commitments.for_list().order_by("-due_on", "-pk")[:SHOWN],
        "open_commitments": commitments.under_way().count(),
        "seats": seats.distinct().for_list()[:SHOWN],
        "attended": attended.select_related("event").order_by("-event__starts_at", "-pk")[:SHOWN],
        "actions": actions.open().for_list()[:SHOWN],
        "history": _history(organisation)
        if user.role in (Role.PROVINCE_STAFF, Role.REGENCY_PIC)
        else [],
    }


def _history(organisation: "Organisation") -> Any:
    about = subject_of(organisation)
    events = AuditEvent.objects.filter(subject=about) | AuditEvent.objects.filter(about=about)
    return rows_of(events.order_by("-pk")[:SHOWN], within=[organisation])
