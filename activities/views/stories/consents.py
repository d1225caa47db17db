"""Who agreed to be told of: recorded, mended, taken back."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import permissions
from activities.forms.stories import ConsentForm
from activities.models import Consent, Story
from activities.queries import stories as queries
from activities.services import stories as services
from activities.views.stories.access import need_a_hand_in_stories, own_story

if TYPE_CHECKING:
    from django.forms import Form

    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def consent_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Somebody in the story agreed; a story may need several."""
    own = own_story(request, pk)
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
    need_a_hand_in_stories(request)
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
