"""The second pair of eyes: the queue, one report with everything beside it, and the decision."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from activities import overdue, permissions, queries, reviewing, services
from activities.enums import Kind, State
from activities.flags import flags_of
from activities.forms import QueueFilter, ReturnForm, Verdicts
from activities.forms.review import LEAVE_OUT, MEND
from activities.models import MonthlyReport
from activities.queries import stories as story_queries
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

QUEUE_A_PAGE = 50
BESIDE = 14  # of the queue, shown beside the report being judged
ABOVE = 4  # of them, those that come before it
MOST_DIGITS = 18  # of a number that a database can hold


@reads
def queue(request: "SignedInRequest") -> HttpResponse:
    """Everything that waits for this reviewer, the most urgent first."""
    _need_reviewer(request)
    return _queue_page(request)


@require_POST
def approve_together(request: "SignedInRequest") -> HttpResponse:
    """Those chosen in the queue; all of them or none."""
    _need_reviewer(request)
    reports = _chosen(request)
    if not reports:
        messages.error(request, _("Pilih dulu laporan yang akan disetujui."))
        return _queue_page(request, status=422)
    try:
        approved = services.approve_together(
            reports=reports,
            by=request.user,
            seen={report.pk: request.POST.get(f"seen-{report.pk}", "") for report in reports},
        )
    except (services.NotWaiting, services.ChangedMeanwhile, services.Flagged) as error:
        messages.error(request, str(error))
        return _queue_page(request, status=409)
    text = ngettext(
        "%(count)s laporan disetujui. Isinya disegel dan mulai dihitung.",
        "%(count)s laporan disetujui. Isinya disegel dan mulai dihitung.",
        len(approved),
    )
    messages.success(request, text % {"count": len(approved)})
    return redirect(_with_query("activities:queue", request))


@reads
def review(request: "SignedInRequest", pk: int) -> HttpResponse:
    _need_reviewer(request)
    report = _visible(request, pk)
    if report.state != State.SUBMITTED:
        messages.info(request, str(services.NotWaiting()))
        return redirect(report)
    if not permissions.can_review(request.user, report):
        raise PermissionDenied
    return _review_page(request, report, Said(Verdicts(list(report.activities.all()))))


@require_POST
def approve(request: "SignedInRequest", pk: int) -> HttpResponse:
    """The report, but for the entries that are not to be counted."""
    _need_reviewer(request)
    report = _visible(request, pk)
    verdicts = Verdicts(list(report.activities.all()), request.POST)
    text = _("Pilih “Kembalikan” supaya diperbaiki, atau kosongkan pilihan ini untuk menyetujui.")
    if not verdicts.is_valid() or verdicts.refuse(MEND, text):
        return _unfinished(request, report, Said(verdicts, is_approving=True))
    exclusions = verdicts.exclusions
    try:
        services.approve(report=report, by=request.user, exclusions=exclusions, seen=_seen(request))
    except services.NotWaiting as error:
        messages.error(request, str(error))
        return redirect(report)
    except services.ChangedMeanwhile:
        return _unfinished(request, _visible(request, pk), Said(verdicts))
    except services.AllExcluded as error:
        said = Said(verdicts, is_approving=True, problem=str(error))
        return _unfinished(request, report, said)
    text = _("Disetujui: %(library)s, %(month)s. Isinya disegel dan mulai dihitung.")
    if exclusions:
        text = ngettext(
            "Disetujui: %(library)s, %(month)s, tanpa %(count)s catatan.",
            "Disetujui: %(library)s, %(month)s, tanpa %(count)s catatan.",
            len(exclusions),
        )
    return _to_next(request, report, text, count=len(exclusions))


@require_POST
def send_back(request: "SignedInRequest", pk: int) -> HttpResponse:
    """The report, with what is wrong with the whole or with single entries."""
    _need_reviewer(request)
    report = _visible(request, pk)
    verdicts = Verdicts(list(report.activities.all()), request.POST)
    are_fit = verdicts.is_valid()
    text = _("Yang tidak dihitung hanya bisa dipilih saat menyetujui. Pilih perlu diperbaiki.")
    are_fit = not verdicts.refuse(LEAVE_OUT, text) and are_fit
    remarks = verdicts.remarks
    form = ReturnForm(request.POST, is_said_of_entries=bool(remarks))
    if not form.is_valid() or not are_fit:
        return _unfinished(request, report, Said(verdicts, form))
    try:
        services.send_back(
            report=report,
            by=request.user,
            remarks=remarks,
            seen=_seen(request),
            **form.cleaned_data,
        )
    except services.NotWaiting as error:
        messages.error(request, str(error))
        return redirect(report)
    except services.ChangedMeanwhile:
        return _unfinished(request, _visible(request, pk), Said(verdicts))
    text = _("Dikembalikan: %(library)s, %(month)s. Pengelolanya membaca alasan Anda.")
    return _to_next(request, report, text)


# --- The steps they share -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """What the reviewer has filled in so far, and what is wrong with it."""

    verdicts: Verdicts
    form: ReturnForm = field(default_factory=ReturnForm)
    is_approving: bool = False
    problem: str = ""


def _need_reviewer(request: "SignedInRequest") -> None:
    if not permissions.reviews_anywhere(request.user):
        raise PermissionDenied(_("Memeriksa laporan adalah tugas PIC kabupaten/kota."))


def _visible(request: "SignedInRequest", pk: int) -> MonthlyReport:
    visible = MonthlyReport.objects.visible_to(request.user).from_portal()
    return get_object_or_404(visible.for_page(), pk=pk)


def _chosen(request: "SignedInRequest") -> list[MonthlyReport]:
    """The reports of ``laporan``. One that is not there, or elsewhere, and none is."""
    asked = request.POST.getlist("laporan")
    if not all(text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS for text in asked):
        raise Http404
    pks = {int(text) for text in asked}
    visible = MonthlyReport.objects.visible_to(request.user).from_portal()
    found = list(visible.filter(pk__in=pks).select_related("library"))
    if len(found) < len(pks):
        raise Http404
    return found


def _with_query(route: str, request: "SignedInRequest", **arguments: int) -> str:
    """The address with what the queue is narrowed to."""
    address, query = reverse(route, kwargs=arguments), _query(request)
    return f"{address}?{query}" if query else address


def _query(request: "SignedInRequest") -> str:
    kept = request.GET.copy()
    for name in [name for name in kept if name not in QueueFilter.base_fields or not kept[name]]:
        del kept[name]
    return kept.urlencode()


def _queue_page(request: "SignedInRequest", *, status: int = 200) -> HttpResponse:
    waiting = reviewing.in_order(request.user)
    filters = QueueFilter(request.GET, [one.month for one in waiting])
    valid = filters.is_valid()
    found = filters.narrowed(waiting) if valid else []
    page = Paginator(found, QUEUE_A_PAGE).get_page(request.GET.get("hal"))
    rows = reviewing.rows(list(page.object_list), user=request.user)
    return render(
        request,
        "activities/queue.html",
        {
            "filters": filters,
            "page": page,
            "rows": rows,
            "standing": reviewing.standing(request.user),
            "can_choose": sum(1 for row in rows if row.may_be_chosen),
            "overdue": sum(1 for one in waiting if one.is_overdue),
            "patience": overdue.review_days(),
            "stories": story_queries.queue(request.user).count(),
            "query": _query(request),
        },
        status=status if valid else 400,
    )


def _unfinished(request: "SignedInRequest", report: MonthlyReport, said: Said) -> HttpResponse:
    """The report again with what was typed; unless it is no longer to be judged, or not by them.
    Where it was sent again since it was shown, that is said instead."""
    if report.state != State.SUBMITTED:
        messages.error(request, str(services.NotWaiting()))
        return redirect(report)
    if not permissions.can_review(request.user, report):
        raise PermissionDenied
    if _seen(request) not in ("", report.sent_as):
        return _review_page(request, report, _kept(request, report), status=409)
    return _review_page(request, report, said, status=422)


def _seen(request: "SignedInRequest") -> str:
    """Which sending of the report the page showed."""
    return request.POST.get("seen", "")


def _kept(request: "SignedInRequest", report: MonthlyReport) -> Said:
    """What was typed of what was sent before, beside the report as it came again."""
    typed = {name: request.POST.get(name, "") for name in ReturnForm.base_fields}
    verdicts = Verdicts(list(report.activities.all()), request.POST)
    return Said(verdicts, ReturnForm(initial=typed), problem=str(services.ResentMeanwhile()))


def _review_page(
    request: "SignedInRequest", report: MonthlyReport, said: Said, *, status: int = 200
) -> HttpResponse:
    entries = list(report.activities.all())
    flags = flags_of([report], seen_by=request.user)[report.pk]
    remarks = queries.remarks_on(report)
    changes = reviewing.changes_told(report, entries)
    shown = reviewing.entries_of(
        entries, flags=flags, remarks=remarks, changes=changes, verdicts=said.verdicts.forms
    )
    return render(
        request,
        "activities/review.html",
        {
            "report": report,
            "said": said,
            "sections": queries.sections(entries),
            "shown": [one for one in shown if not one.is_unchanged],
            "unchanged": [one for one in shown if one.is_unchanged],
            "changes": changes,
            "flags": [flag for flag in flags if flag.entry is None],
            "flag_count": len(flags),
            "missing": queries.missing(report, entries),
            "odd": queries.odd(report, entries),
            "gone": [one for one in changes.entries if one.what == "removed"] if changes else [],
            "events": list(report.events.all()),
            "past": reviewing.past_of(report.library, before=report.month),
            "kinds": list(Kind),
            "earlier": reviewing.earlier_remarks(report),
            "query": _query(request),
            **_beside(request, report),
        },
        status=status,
    )


def _beside(request: "SignedInRequest", report: MonthlyReport) -> dict[str, Any]:
    """The queue around the report: what comes before it and after it."""
    waiting = reviewing.in_order(request.user)
    filters = QueueFilter(request.GET, [])
    if filters.is_narrowing:
        narrowed = filters.narrowed(waiting)
        waiting = narrowed if any(one.pk == report.pk for one in narrowed) else waiting
    pks = [one.pk for one in waiting]
    here = pks.index(report.pk) if report.pk in pks else 0
    first = max(0, min(here - ABOVE, len(waiting) - BESIDE))
    return {
        "beside": reviewing.beside(waiting[first : first + BESIDE]),
        "more": max(0, len(waiting) - first - BESIDE),
        "place": here + 1,
        "waiting": len(waiting),
        "previous": pks[here - 1] if here else None,
        "following": next(iter(pks[here + 1 :]), None),
    }


def _to_next(
    request: "SignedInRequest", report: MonthlyReport, text: str, **numbers: int
) -> HttpResponseRedirect:
    """Say what happened and open the report that the page named next, if it still waits."""
    month = periods.written(report.month)
    messages.success(request, text % {"library": report.library, "month": month, **numbers})
    named = request.POST.get("berikut")
    if named == "":
        return redirect(_with_query("activities:queue", request))
    following = _named(request, named) or queries.next_in_queue(request.user, report)
    if following is None:
        return redirect(_with_query("activities:queue", request))
    return redirect(_with_query("activities:review", request, pk=following.pk))


def _named(request: "SignedInRequest", text: str | None) -> MonthlyReport | None:
    if not text or not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        return None
    return queries.queue(request.user).filter(pk=int(text)).first()
