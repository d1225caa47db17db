"""Reminders one after the other: the portal writes, a person reads, opens the chat and sends."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import services
from activities.forms.follow_up import MessageForm
from activities.models import Reminder
from libraries import permissions as register
from libraries.models import Library
from reports import reminders as words
from reports.forms import FollowUpChoice
from reports.reminders import Wanting
from reports.views.follow_up import asked_month, choice
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

MONTHS_OFFERED = 4


@reads
def reminders(request: "SignedInRequest") -> HttpResponse:
    """The library that was asked for, or the next one nobody wrote to today."""
    form = FollowUpChoice(request.GET, user=request.user)
    if not form.is_valid():
        return _page(request, form, [], None, status=400)
    found = words.wanting(form.within(), form.month, on=timezone.localdate())
    return _page(request, form, found, _current(found, request.GET.get("perpustakaan", "")))


@require_POST
def reminder_mark(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Marked as sent today; answers with the chat's address, and a script with what comes next."""
    library = get_object_or_404(Library.objects.visible_to(request.user).for_list(), pk=pk)
    month = asked_month(request)
    form = MessageForm(request.POST)
    recipient = words.recipients_at([library])[library.pk]
    if form.is_valid() and not recipient.number:
        form.add_error(None, _("Perpustakaan ini belum punya nomor WhatsApp."))
    if not form.is_valid():
        return render(
            request,
            "reports/reminder_refused.html",
            {
                "library": library,
                "month": month,
                "form": form,
                "query": _query(month, request.GET.get("wilayah", "")),
                "back": _address(month, request.GET.get("wilayah", ""), library.pk),
            },
            status=422,
        )
    reminder = services.mark_reminded(library=library, month=month, by=request.user)
    onward = _address(month, request.GET.get("wilayah", ""))
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"next": onward})
    context = {
        "library": library,
        "month": month,
        "reminder": reminder,
        "chat": words.chat(recipient.number, form.cleaned_data["text"]),
        "onward": onward,
    }
    return render(request, "reports/reminder_opened.html", context)


@require_POST
def reminder_undo(request: "SignedInRequest", pk: int) -> HttpResponse:
    """It was marked by mistake."""
    reminder = get_object_or_404(
        Reminder.objects.visible_to(request.user).select_related("library"), pk=pk
    )
    month, library = reminder.month, reminder.library
    services.unmark_reminded(reminder=reminder, by=request.user)
    said = _("Tanda pengingat untuk %(name)s dihapus.")
    messages.success(request, said % {"name": library.name})
    return redirect(_address(month, request.GET.get("wilayah", ""), library.pk))


def _page(
    request: "SignedInRequest",
    form: FollowUpChoice,
    found: Sequence[Wanting],
    current: Wanting | None,
    *,
    status: int = 200,
) -> HttpResponse:
    now, sender, month = timezone.now(), request.user.full_name, form.month
    reachable = [one for one in found if one.can_be_written_to]
    text = words.message(current, month, sender=sender, at=now) if current else ""
    region = request.GET.get("wilayah", "") if form.region else ""
    to_all = [one for one in found if one.state != "returned"]
    return render(
        request,
        "reports/reminders.html",
        {
            **choice(request, form),
            "month": month,
            "months": _offered_months(month),
            "current": current,
            "message": MessageForm(initial={"text": text}),
            "chat": words.chat(current.recipient.number, "") if current else "",
            "chat_with_text": words.chat(current.recipient.number, text) if current else "",
            "mark_query": _query(month, region),
            "reachable": reachable,
            "marked": sum(1 for one in reachable if one.is_marked),
            "silent": [one for one in found if not one.can_be_written_to],
            "to_all": to_all,
            "group": words.group_message(to_all, month, sender=sender, at=now) if to_all else "",
            "keeps_register": register.keeps_register(request.user),
        },
        status=status,
    )


def _current(found: Sequence[Wanting], asked: str) -> Wanting | None:
    reachable = [one for one in found if one.can_be_written_to]
    chosen = (one for one in reachable if str(one.library.pk) == asked)
    waiting = (one for one in reachable if not one.is_marked)
    return next(chosen, None) or next(waiting, None)


def _offered_months(chosen: date) -> list[date]:
    """The running month and those before it, newest first."""
    now = periods.this_month()
    return sorted({chosen, *(periods.add_months(now, -back) for back in range(MONTHS_OFFERED))})[
        ::-1
    ]


def _query(month: date, region: str, library: int | None = None) -> str:
    asked = {"bulan": periods.month_code(month)}
    if region:
        asked["wilayah"] = region
    if library is not None:
        asked["perpustakaan"] = str(library)
    return urlencode(asked)


def _address(month: date, region: str, library: int | None = None) -> str:
    return f"{reverse('reports:reminders')}?{_query(month, region, library)}"
