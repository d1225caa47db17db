"""Buttons that ask for a paper about an organisation, a need, a commitment, a team, an event."""

from typing import TYPE_CHECKING, Any

from django import template

from reports import permissions
from reports.enums import DocumentKind

if TYPE_CHECKING:
    from reports.models.documents import Subject

register = template.Library()


@register.inclusion_tag("reports/_paper_button.html", takes_context=True)
def paper_button(context: dict[str, Any], kind: str, subject: "Subject") -> dict[str, Any]:
    """Nothing for whoever may not ask for such a paper of ``subject``; one query at most."""
    user, wanted = context["request"].user, DocumentKind(kind)
    is_offered = (
        permissions.asks_about(user, wanted)
        and permissions.subjects_of(user, wanted).filter(pk=subject.pk).exists()
    )
    return {"kind": wanted, "pk": subject.pk, "is_offered": is_offered}
