"""Stories: the gallery everybody reads, what a librarian writes, what a reviewer decides."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import http, permissions
from activities.enums import ReturnReason, StoryState
from activities.filters import StoryFilter
from activities.forms.stories import (
    ConsentForm,
    StoryForm,
    StoryPhotosForm,
    StoryReturnForm,
    WithdrawForm,
)
from activities.models import Consent, Story, StoryPhoto
from activities.queries import stories as queries
from activities.services import stories as services
from activities.views.photos import handed_over
from tpbis.core.http import reads

if TYPE_CHECKING:
    from django.forms import Form

    from tpbis.accounts.models import SignedInRequest

CARDS_A_PAGE = 12
ROWS_A_PAGE = 25


# --- Reading --------------------------------------------------------------------------------------


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
    return _story_page(request, get_object_or_404(visible, pk=pk))


@reads
def photo(request: "SignedInRequest", uuid: UUID, size: str) -> HttpResponse:
    """For whoever may read its story; a browser asks again after five minutes."""
    visible = StoryPhoto.objects.visible_to(request.user)
    return handed_over(get_object_or_404(visible, uuid=uuid), size, keep="max-age=300")


# --- Writing --------------------------------------------------------------------------------------


@reads
def my_stories(request: "SignedInRequest") -> HttpResponse:
    """A librarian's own, the newest first."""
    library = http.own_library(request)
    own = Story.objects.filter(library=library).for_list().order_by("-updated_at", "-pk")
    page = Paginator(own, ROWS_A_PAGE).get_page(request.GET.get("hal"))
    rows = [
        (one, queries.missing_to_publish(one, list(one.consents.all())) if _is_open(one) else [])
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
    own = _own_story(request, pk)
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
    own = _own_story(request, pk)
    if own.state not in queries.EDITABLE:
        messages.error(request, str(services.StoryLocked()))
        return redirect(own)
    form = StoryPhotosForm(request.POST, request.FILES, room=_room(own))
    if not form.is_valid():
        return _story_page(request, own, photos_form=form, status=422)
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


# --- Consent --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def consent_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Somebody in the story agreed; a story may need several."""
    own = _own_story(request, pk)
    if own.state not in queries.AGREED_IN:
        messages.warning(request, str(services.ConsentLocked()))
        return redirect(own)
    if request.method != "POST":
        return _consent_page(request, own, ConsentForm())
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _consent_page(request, own, form, status=422)
    try:
        services.record_consent(story=own, content=form.cleaned_data, by=request.user)
    except services.ConsentLocked as error:
        messages.error(request, str(error))
        return redirect(own)
    messages.success(
        request, _("Persetujuan %(name)s tercatat.") % {"name": form.cleaned_data["given_by"]}
    )
    if "lagi" in request.POST:
        return redirect("activities:story_consent", pk=own.pk)
    return redirect(own)


@require_http_methods(["GET", "HEAD", "POST"])
def consent_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    consent = _near_consent(request, pk)
    if not permissions.can_tell(request.user, consent.story.library):
        raise PermissionDenied
    refusal = _why_not_mended(consent)
    if refusal is not None:
        messages.warning(request, str(refusal))
        return redirect(consent.story)
    if request.method != "POST":
        return _consent_page(request, consent.story, ConsentForm(consent=consent), consent=consent)
    form = ConsentForm(request.POST, consent=consent)
    if not form.is_valid():
        return _consent_page(request, consent.story, form, consent=consent, status=422)
    try:
        services.correct_consent(consent=consent, content=form.cleaned_data, by=request.user)
    except (services.ConsentLocked, services.ConsentGone) as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Persetujuan %(name)s diperbarui.") % {"name": form.cleaned_data["given_by"]}
        )
    return redirect(consent.story)


@require_POST
def consent_withdraw(request: "SignedInRequest", pk: int) -> HttpResponseRedirect:
    """Taken back: a story that is read by somebody is hidden at once."""
    _need_a_hand_in_stories(request)
    consent = _near_consent(request, pk)
    was_told = consent.story.state in queries.TOLD
    try:
        services.withdraw_consent(consent=consent, by=request.user)
    except services.ConsentGone as error:
        messages.error(request, str(error))
    else:
        name = {"name": consent.given_by}
        if was_told:
            text = _("Persetujuan %(name)s dicabut; cerita ini tidak tampil lagi.") % name
        else:
            text = _("Persetujuan %(name)s dicabut.") % name
        messages.success(request, text)
    return redirect(consent.story)


# --- From the library to the gallery, and back ----------------------------------------------------


@require_POST
def submit(request: "SignedInRequest", pk: int) -> HttpResponseRedirect:
    own = _own_story(request, pk)
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
    _need_a_hand_in_stories(request)
    near = _near_story(request, pk)
    if not permissions.works_on_story(request.user, near):
        raise PermissionDenied
    if not permissions.can_withdraw_story(request.user, near):
        messages.error(request, str(services.NotWithdrawable()))
        return redirect(near)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _story_page(request, near, withdraw_form=form, status=422)
    try:
        services.withdraw(story=near, by=request.user, **form.cleaned_data)
    except services.NotWithdrawable as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Ditarik: %(title)s.") % {"title": near.title})
    return redirect(near)


@require_POST
def reopen(request: "SignedInRequest", pk: int) -> HttpResponseRedirect:
    own = _own_story(request, pk)
    try:
        services.reopen(story=own, by=request.user)
    except services.NotWithdrawn as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Cerita ini bisa diperbaiki, lalu dikirim lagi."))
    return redirect(own)


# --- Judging --------------------------------------------------------------------------------------


@reads
def queue(request: "SignedInRequest") -> HttpResponse:
    """Stories that wait for this reviewer, oldest first."""
    _need_reviewer(request)
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
        services.publish(story=near, by=request.user, seen=_seen(request))
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


# --- The steps they share -------------------------------------------------------------------------


def _is_open(story: Story) -> bool:
    return story.state in queries.AGREED_IN


def _room(story: Story) -> int:
    return max(0, queries.MAX_PHOTOS - len(story.photos.all()))


def _near_story(request: "SignedInRequest", pk: int) -> Story:
    """One of somebody's own places; a published one of elsewhere can be read, not worked on."""
    return get_object_or_404(Story.objects.near(request.user).for_page(), pk=pk)


def _own_story(request: "SignedInRequest", pk: int) -> Story:
    near = _near_story(request, pk)
    if not permissions.can_tell(request.user, near.library):
        raise PermissionDenied
    return near


def _near_consent(request: "SignedInRequest", pk: int) -> Consent:
    near = Consent.objects.near(request.user).select_related("story__library")
    consent = get_object_or_404(near, pk=pk)
    if not permissions.works_on_story(request.user, consent.story):
        raise PermissionDenied
    return consent


def _why_not_mended(consent: Consent) -> Exception | None:
    if consent.story.state not in queries.AGREED_IN:
        return services.ConsentLocked()
    return services.ConsentGone() if consent.withdrawn_at else None


def _need_a_hand_in_stories(request: "SignedInRequest") -> None:
    """A facilitator to whom nothing was handed over only reads."""
    if not request.user.is_librarian:
        _need_reviewer(request)


def _need_reviewer(request: "SignedInRequest") -> None:
    if not permissions.reviews_anywhere(request.user):
        raise PermissionDenied(_("Memeriksa cerita adalah tugas PIC kabupaten/kota."))


def _reviewed(request: "SignedInRequest", pk: int) -> Story:
    _need_reviewer(request)
    return _near_story(request, pk)


def _seen(request: "SignedInRequest") -> Any:
    """When the story that was read had been sent in, as the page said it."""
    try:
        return parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        return None


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


def _story_page(
    request: "SignedInRequest",
    story: Story,
    *,
    photos_form: StoryPhotosForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    consents, events = list(story.consents.all()), list(story.events.all())
    sees_inside = permissions.sees_consents(user, story)
    is_own = permissions.can_tell(user, story.library)
    can_change = is_own and story.state in queries.EDITABLE
    missing = queries.missing_to_publish(story, consents) if sees_inside and _is_open(story) else []
    return render(
        request,
        "activities/story.html",
        {
            "story": story,
            "pictures": list(story.photos.all()),
            "reach": queries.reach(consents),
            "is_own": is_own,
            "sees_inside": sees_inside,
            "can_change": can_change,
            "can_agree": is_own and _is_open(story),
            "can_review": permissions.can_review_story(user, story),
            "can_withdraw": permissions.can_withdraw_story(user, story),
            "works_on_it": permissions.works_on_story(user, story),
            "can_reopen": is_own and story.state == StoryState.WITHDRAWN,
            "consents": consents if sees_inside else [],
            "events": events if sees_inside else [],
            "objection": queries.last_objection(events) if sees_inside else None,
            "missing": missing,
            "room": _room(story),
            "photos_form": photos_form or StoryPhotosForm(room=_room(story)),
            "withdraw_form": withdraw_form or WithdrawForm(),
        },
        status=status,
    )


def _consent_page(
    request: "SignedInRequest",
    story: Story,
    form: "Form",
    *,
    consent: Consent | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"story": story, "form": form, "consent": consent}
    return render(request, "activities/story_consent.html", context, status=status)


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
