"""The gallery that everybody reads, and one story with its pictures."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from activities import permissions
from activities.filters import StoryFilter
from activities.models import Story, StoryPhoto
from activities.views.photos import handed_over
from activities.views.stories.pages import story_page
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

CARDS_A_PAGE = 12


@reads
def gallery(request: "SignedInRequest") -> HttpResponse:
    """What was published, for everybody who signs in."""
    published = Story.objects.published().for_list().order_by("-happened_on", "-pk")
    found = StoryFilter(request.GET, published, request=request)
    valid = found.is_valid()
    page = Paginator(found.qs if valid else published.none(), CARDS_A_PAGE).get_page(
        request.GET.get("hal")
    )
    parameters = request.GET.copy()
    parameters.pop("hal", None)
    return render(
        request,
        "activities/stories.html",
        {
            "filter": found,
            "page": page,
            "query": parameters.urlencode(),
            "is_narrowed": any(found.form.cleaned_data.values()) if valid else True,
            "is_reviewer": permissions.reviews_anywhere(request.user),
        },
        status=200 if valid else 400,
    )


@reads
def story(request: "SignedInRequest", pk: int) -> HttpResponse:
    """As its readers see it; around it, what its library and its reviewers may do."""
    visible = Story.objects.visible_to(request.user).for_page()
    return story_page(request, get_object_or_404(visible, pk=pk))


@reads
def photo(request: "SignedInRequest", uuid: UUID, size: str) -> HttpResponse:
    """For whoever may read its story; a browser asks again after five minutes."""
    visible = StoryPhoto.objects.visible_to(request.user)
    return handed_over(get_object_or_404(visible, uuid=uuid), size, keep="max-age=300")
