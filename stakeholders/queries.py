"""Questions about supporting bodies."""

from stakeholders.models import Organisation

SUGGESTED = 300  # names offered while typing


def known_names() -> list[str]:
    """What organisations are called, for whoever types one: a list that everybody who records
    shares."""
    names = Organisation.objects.order_by("name").values_list("name", flat=True)
    return list(names[:SUGGESTED])
