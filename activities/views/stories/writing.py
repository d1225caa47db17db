"""What a librarian writes, and the pictures to it."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import http
from activities.forms.stories import StoryForm, StoryPhotosForm
from activities.models import Story, StoryPhoto
from activities.queries import stories as queries
from activities.services import stories as services
from activities.views.stories.access import own_story
from activities.views.stories.pages import ROWS_A_PAGE, is_open, room, story_page
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@reads
def my_stories(request: "SignedInRequest") -> HttpResponse:
    """A librarian's own, the newest first."""
    library = http.own_library(request)
    own = Story.objects.filter(library=library).for_list().order_by("-updated_at", "-pk")
    page = Paginator(own, ROWS_A_PAGE).get_page(request.GET.get("hal"))
    rows = [
        (one, queries.missing_to_publish(one, list(one.consents.all())) if is_open(one) else [])
        for one in page.object_list
    ]
    return render(request, "activities/story_list.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: "SignedInRequest") -> HttpResponse:
    """First the words; pictures and consents follow on the story's own page."""
    library = http.own_library(request)
    if request.method != "POST":
        return _form_page(request, StoryForm(library=library))
    form = StoryForm(request.POST, library=library)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        new = services.write(
            library=library,
            content=form.content,
            by=request.user,
            uuid=form.cleaned_data["uuid"],
        )
    except services.AlreadyWritten as error:
        form.renew()
        form.add_error(None, str(error))
        return _form_page(request, form, status=409)
    messages.success(
        request, _("Tersimpan: %(title)s. Lanjut ke foto dan persetujuan.") % {"title": new.title}
    )
    return redirect(new)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: "SignedInRequest", pk: int) -> HttpResponse:
    own = own_story(request, pk)
    if request.method != "POST":
        if own.state not in queries.EDITABLE:
            messages.warning(request, str(services.StoryLocked()))
            return redirect(own)
        return _form_page(request, StoryForm(library=own.library, story=own), story=own)
    form = StoryForm(request.POST, library=own.library, story=own)
    if not form.is_valid():
        return _form_page(request, form, story=own, status=422)
    try:
        services.change(
            story=own,
            content=form.content,
            by=request.user,
            seen=form.cleaned_data["version"],
        )
    except services.StoryChangedMeanwhile as error:
        form.take_up(error.story)
        return _form_page(request, form, story=error.story, error=error, status=409)
    except services.StoryLocked as error:
        form.add_error(None, str(error))
        return _form_page(request, form, story=own, status=409)
    messages.success(request, _("Perubahan tersimpan: %(title)s.") % {"title": own.title})
    return redirect(own)


@require_POST
def photos(request: "SignedInRequest", pk: int) -> HttpResponse:
    own = own_story(request, pk)
    if own.state not in queries.EDITABLE:
        messages.error(request, str(services.StoryLocked()))
        return redirect(own)
    form = StoryPhotosForm(request.POST, request.FILES, room=room(own))
    if not form.is_valid():
        return story_page(request, own, photos_form=form, status=422)
    try:
        added = services.add_photos(story=own, photos=form.cleaned_data["photos"], by=request.user)
    except (services.StoryLocked, services.TooManyPhotos) as error:
        messages.error(request, str(error))
        return redirect(own)
    if added:
        messages.success(request, _("%(count)s foto tersimpan.") % {"count": added})
    else:
        messages.info(request, _("Foto itu sudah ada di cerita ini."))
    return redirect(own)


@require_POST
def photo_remove(request: "SignedInRequest", uuid: UUID) -> HttpResponseRedirect:
    near = StoryPhoto.objects.filter(story__in=Story.objects.near(request.user))
    picture = get_object_or_404(near.select_related("story__library"), uuid=uuid)
    try:
        services.remove_photo(photo=picture, by=request.user)
    except services.StoryLocked as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Foto dihapus."))
    return redirect(picture.story)


def _form_page(
    request: "SignedInRequest",
    form: StoryForm,
    *,
    story: Story | None = None,
    error: services.StoryChangedMeanwhile | None = None,
    status: int = 200,
) -> HttpResponse:
    events = list(story.events.order_by("at", "pk")) if story else []
    return render(
        request,
        "activities/story_form.html",
        {
            "form": form,
            "story": story,
            "conflict": error,
            "others": _differences(form, error.story) if error else [],
            "objection": queries.last_objection(events),
        },
        status=status,
    )


def _differences(form: StoryForm, there: Story) -> list[tuple[Any, Any]]:
    """What the story says now where the form says something else: the field, and its words."""
    return [
        (form[name].label, _as_read(there, name))
        for name, typed in form.content.items()
        if getattr(there, name) != typed
    ]


def _as_read(story: Story, name: str) -> Any:
    if name == "has_people":
        return _("ya") if story.has_people else _("tidak")
    shown = getattr(story, f"get_{name}_display", None)
    return shown() if shown else getattr(story, name)
