"""Which story somebody may work on."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from activities import permissions
from activities.models import Story

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


def near_story(request: "SignedInRequest", pk: int) -> Story:
    """One of somebody's own places; a published one of elsewhere can be read, not worked on."""
    return get_object_or_404(Story.objects.near(request.user).for_page(), pk=pk)


def own_story(request: "SignedInRequest", pk: int) -> Story:
    near = near_story(request, pk)
    if not permissions.can_tell(request.user, near.library):
        raise PermissionDenied
    return near


def need_a_hand_in_stories(request: "SignedInRequest") -> None:
    """A facilitator to whom nothing was handed over only reads."""
    if not request.user.is_librarian:
        need_reviewer(request)


def need_reviewer(request: "SignedInRequest") -> None:
    if not permissions.reviews_anywhere(request.user):
        raise PermissionDenied(_("Memeriksa cerita adalah tugas PIC kabupaten/kota."))
