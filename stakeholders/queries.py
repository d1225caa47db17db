"""Questions about supporting bodies."""

from stakeholders.models import Organisation
from tpbis.accounts.models import User

SUGGESTED = 300  # names offered while typing
FOUND = 20


def known_names(user: User | None = None) -> list[str]:
    """What organisations are called, for whoever types one: those of the register, and the local
    ones that this person sees."""
    known = Organisation.objects.visible_to(user) if user else Organisation.objects.in_register()
    return list(known.order_by("name").values_list("name", flat=True)[:SUGGESTED])


def organisations_called(written: str, user: User) -> list[Organisation]:
    """For searching as one types: those that this person sees, at most :data:`FOUND`; none while
    nothing is written."""
    if not written.strip():
        return []
    found = Organisation.objects.visible_to(user).called(written)
    return list(found.select_related("village").order_by("name", "pk")[:FOUND])
