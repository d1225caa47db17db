"""From the library to the gallery and back: sent in, judged, withdrawn, taken up again."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import permissions
from activities.enums import ReturnReason, StoryState
from activities.forms.stories import StoryReturnForm, WithdrawForm
from activities.models import Story
from activities.queries import stories as queries
from activities.services import stories as services
from activities.views.stories.access import (
    near_story,
    need_a_hand_in_stories,
    need_reviewer,
    own_story,
)
from activities.views.stories.pages import ROWS_A_PAGE, story_page
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_POST
def submit(request: "SignedInRequest", pk: int) -> HttpResponseRedirect:
    own = own_story(request, pk)
    try:
        sent = services.submit(story=own, by=request.user)
    except services.StoryLocked as error:
        messages.error(request, str(error))
        return redirect(own)
    at = timezone.localtime(sent.submitted_at)
    messages.success(
        request,
        _("Terkirim ke PIC %(time)s WIB: %(title)s.")
        % {"time": f"{at:%H.%M}", "title": sent.title},
    )
    return redirect(own)


@require_POST
def withdraw(request: "SignedInRequest", pk: int) -> HttpResponse:
    need_a_hand_in_stories(request)
    near = near_story(request, pk)
    if not permissions.works_on_story(request.user, near):
        raise PermissionDenied
    if not permissions.can_withdraw_story(request.user, near):
        messages.error(request, str(services.NotWithdrawable()))
        return redirect(near)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return story_page(request, near, withdraw_form=form, status=422)
    try:
        services.withdraw(story=near, by=request.user, **form.cleaned_data)
    except services.NotWithdrawable as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Ditarik: %(title)s.") % {"title": near.title})
    return redirect(near)


@require_POST
def reopen(request: "SignedInRequest", pk: int) -> HttpResponseRedirect:
    own = own_story(request, pk)
    try:
        services.reopen(story=own, by=request.user)
    except services.NotWithdrawn as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Cerita ini bisa diperbaiki, lalu dikirim lagi."))
    return redirect(own)


@reads
def queue(request: "SignedInRequest") -> HttpResponse:
    """Stories that wait for this reviewer, oldest first."""
    need_reviewer(request)
    waiting = queries.queue(request.user).for_list()
    page = Paginator(waiting, ROWS_A_PAGE).get_page(request.GET.get("hal"))
    today = timezone.localdate()
    rows = [
        (
            one,
            queries.missing_to_publish(one, list(one.consents.all())),
            (today - timezone.localdate(one.submitted_at)).days,
        )
        for one in page.object_list
    ]
    return render(request, "activities/story_queue.html", {"page": page, "rows": rows})


@reads
def review(request: "SignedInRequest", pk: int) -> HttpResponse:
    near = _reviewed(request, pk)
    if near.state != StoryState.SUBMITTED:
        messages.info(request, str(services.StoryNotWaiting()))
        return redirect(near)
    if not permissions.can_review_story(request.user, near):
        raise PermissionDenied
    return _review_page(request, near, StoryReturnForm())


@require_POST
def approve(request: "SignedInRequest", pk: int) -> HttpResponse:
    near = _reviewed(request, pk)
    try:
        services.publish(
            story=near,
            by=request.user,
            seen=_seen(request),
            without_withdrawn=request.POST.get("tanpa_mereka") == "1",
        )
    except services.StoryNotWaiting as error:
        messages.error(request, str(error))
        return redirect(near)
    except (services.NotAgreed, services.StoryChangedMeanwhile) as error:
        return _review_page(request, near, StoryReturnForm(), error=error, status=409)
    return _to_next(request, near, _("Terbit: %(title)s, dari %(library)s."))


@require_POST
def send_back(request: "SignedInRequest", pk: int) -> HttpResponse:
    near = _reviewed(request, pk)
    waits = near.state == StoryState.SUBMITTED
    if waits and not permissions.can_review_story(request.user, near):
        raise PermissionDenied
    form = StoryReturnForm(request.POST)
    if waits and not form.is_valid():
        return _review_page(request, near, form, status=422)
    try:
        services.send_back(
            story=near,
            reason=ReturnReason(request.POST.get("reason", ReturnReason.OTHER)),
            comment=request.POST.get("comment", ""),
            by=request.user,
        )
    except services.StoryNotWaiting as error:
        messages.error(request, str(error))
        return redirect(near)
    return _to_next(request, near, _("Dikembalikan: %(title)s, ke %(library)s."))


def _reviewed(request: "SignedInRequest", pk: int) -> Story:
    need_reviewer(request)
    return near_story(request, pk)


def _seen(request: "SignedInRequest") -> Any:
    """When the story that was read had been sent in, as the page said it."""
    try:
        return parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        return None


def _review_page(
    request: "SignedInRequest",
    story: Story,
    form: StoryReturnForm,
    *,
    error: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    consents = list(story.consents.all())
    return render(
        request,
        "activities/story_review.html",
        {
            "story": story,
            "pictures": list(story.photos.all()),
            "consents": consents,
            "events": list(story.events.all()),
            "missing": queries.missing_to_publish(story, consents),
            "gone": queries.withdrawn_from(consents),
            "reach": queries.reach(consents),
            "refusal": error,
            "form": form,
            "waiting": queries.queue(request.user).count(),
        },
        status=status,
    )


def _to_next(request: "SignedInRequest", story: Story, text: str) -> HttpResponseRedirect:
    """Say what happened and open the story that waited next longest."""
    messages.success(request, text % {"title": story.title, "library": story.library})
    following = queries.next_in_queue(request.user, story)
    if following is None:
        return redirect("activities:story_queue")
    return redirect("activities:story_review", pk=following.pk)
