"""Following up: a region's months at a glance, who has not reported, and what waits for review."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import overdue, permissions, queries, services
from activities.enums import ExcuseReason, State
from activities.forms.follow_up import ExcuseForm
from activities.models import Excuse, MonthlyReport, Reminder
from kpi.enums import Colour
from libraries.enums import Level, ReportingMode
from libraries.http import blame
from libraries.models import Library, Region
from libraries.permissions import takes_contacts
from libraries.querysets import RegionQuerySet
from reports import figures
from reports.figures import follow_up as silence
from reports.figures.counts import completeness_by
from reports.figures.waiting import review_waits
from reports.forms import FollowUpChoice
from reports.reminders import Recipient, recipients_at
from reports.views.document_kinds import offered_of_region
from reports.views.places import offered
from tpbis.core import periods
from tpbis.core.http import reads
from tpbis.core.periods import Period
from tpbis.core.tables import without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest, User

PER_PAGE = 100
MONTHS = 12


# --- The grid -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of one library: what it says, and where a click leads."""

    state: str  # for its looks
    short: str
    words: str
    colour: str
    month: str
    address: str


@dataclass(frozen=True, slots=True)
class Row:
    """A library of the grid."""

    library: Library
    missed: silence.Silence
    cells: tuple[Cell, ...]
    contact: silence.Contact | None


@reads
def grid(request: "SignedInRequest") -> HttpResponse:
    """Libraries x 12 months; a province chooses a regency first."""
    form = FollowUpChoice(request.GET, user=request.user)
    is_known = form.is_valid()
    if is_known and _must_choose(request.user, form):
        return render(request, "reports/follow_up_regencies.html", _regencies(request.user))
    libraries = form.within() if is_known else Library.objects.none()
    through = periods.this_month()
    found = silence.silences(
        libraries,
        through,
        reports=MonthlyReport.objects.visible_to(request.user),
        length=MONTHS,
        coloured=True,
    )
    if is_known and form.cleaned_data["bolong"]:
        found = [one for one in found if one.missed]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("hal"))
    return render(
        request,
        "reports/follow_up.html",
        {
            **choice(request, form),
            "months": Period(periods.add_months(through, 1 - MONTHS), through).months,
            "page": page,
            "rows": _rows(page, request.user),
            "silent": sum(1 for one in found if one.in_a_row),
            "sheet_of": _sheet_of(request.user, form.region),
        },
        status=200 if is_known else 400,
    )


def _sheet_of(user: "User", chosen: Region | None) -> Region | None:
    """The regency whose review sheet this person may print: the chosen one, or the only one."""
    mine = list(_regencies_of(user)[:2])
    region = chosen or (mine[0] if len(mine) == 1 else None)
    return region if region is not None and offered_of_region(user, region) else None


def _regencies_of(user: "User") -> RegionQuerySet:
    return Region.objects.visible_to(user).regencies()


def _must_choose(user: "User", form: FollowUpChoice) -> bool:
    return form.region is None and not form.cleaned_data["cari"] and _regencies_of(user).count() > 1


def choice(request: "SignedInRequest", form: FollowUpChoice) -> dict[str, object]:
    """What the form of each of these pages shows."""
    return {
        "form": form,
        "asked": {name: request.GET.get(name, "") for name in form.fields},
        "regions": offered(request.user, form.region),
        "region": form.region,
        "page_query": without(request.GET, "hal"),
        "query": urlencode({"wilayah": form.region.code}) if form.region else "",
        "may_remind": takes_contacts(request.user),
        "has_regencies": _regencies_of(request.user).count() > 1,
    }


def _rows(page: "Page[silence.Silence]", user: "User") -> list[Row]:
    shown = list(page)
    pks = [one.library for one in shown]
    libraries = Library.objects.for_list().in_bulk(pks)
    judged = set(permissions.judged_by(user).filter(pk__in=pks).values_list("pk", flat=True))
    contacts = silence.last_contacts(pks)
    panel = reverse("reports:follow_up_month", kwargs={"pk": 0})
    return [
        Row(
            libraries[one.library],
            one,
            tuple(
                _cell(cell, one.library, panel, is_judged=one.library in judged)
                for cell in one.cells
            ),
            contacts.get(one.library),
        )
        for one in shown
    ]


_SILENT = ("not_expected", "inactive", "sim")


def _cell(cell: figures.MonthCell, library: int, panel: str, *, is_judged: bool) -> Cell:
    state = cell.state
    if cell.is_excused and state in ("not_reported", "open"):
        state = "excused"
    if state == State.SUBMITTED and is_judged:
        address = reverse("activities:review", kwargs={"pk": cell.report})
    elif cell.report is not None:
        address = reverse("activities:report", kwargs={"pk": cell.report})
    elif state in _SILENT:
        address = ""
    else:
        address = f"{panel.replace('/0/', f'/{library}/')}?bulan={periods.month_code(cell.month)}"
    short, words = state_words(state)
    said = [words, *([_("dimaklumi")] if cell.is_excused and state != "excused" else [])]
    colour = str(Colour(cell.colour).label).lower() if cell.colour else _("tanpa warna")
    return Cell(
        state=state,
        short=short,
        words=f"{periods.written(cell.month)}: {', '.join([*said, colour])}",
        colour=cell.colour or "none",
        month=date_format(cell.month, "M"),
        address=address,
    )


def state_words(state: str) -> tuple[str, str]:
    """For a narrow cell, and in full."""
    return {
        State.SUBMITTED: (_("tunggu"), _("menunggu diperiksa")),
        State.RETURNED: (_("kembali"), _("dikembalikan")),
        State.APPROVED: (_("setuju"), _("disetujui")),
        "not_reported": (_("belum"), _("belum lapor")),
        "excused": (_("maklum"), _("belum lapor, dimaklumi")),
        "not_expected": ("–", _("belum bergabung")),
        "inactive": ("–", _("nonaktif")),
        "sim": ("SIM", _("dicatat di SIM")),
    }.get(state, (_("buka"), _("masih terbuka")))


# --- A province: regency by regency ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegencyRow:
    region: Region
    completeness: figures.Completeness
    waiting: int
    overdue: int

    @property
    def missing(self) -> int:
        return self.completeness.expected - self.completeness.reported


def _regencies(user: "User") -> dict[str, object]:
    """Each regency for the last month that was due, where most are missing first."""
    now = timezone.now()
    month = _last_due_month()
    libraries = Library.objects.visible_to(user).partners_on(timezone.localdate())
    counted = completeness_by(libraries, Period(month, month), "regency", as_of=now)
    waits = {
        wait.regency.pk: wait
        for wait in review_waits(libraries, timezone.localdate(), decided=False)
    }
    regions = Region.objects.visible_to(user).filter(level__lte=Level.REGENCY)
    rows = [
        RegencyRow(
            region,
            counted.get(region.pk, figures.Completeness()),
            len(waits[region.pk].waiting) if region.pk in waits else 0,
            waits[region.pk].overdue if region.pk in waits else 0,
        )
        for region in regions.order_by("code")
        if region.level == Level.REGENCY or region.pk in counted
    ]
    return {
        "month": month,
        "rows": sorted(rows, key=lambda row: (-row.missing, row.region.code)),
        "missing": sum(row.missing for row in rows),
        "may_remind": takes_contacts(user),
    }


def _last_due_month() -> date:
    month = periods.add_months(periods.this_month(), -1)
    return month if periods.deadline(month) <= timezone.now() else periods.add_months(month, -1)


# --- Who has not reported -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SilentRow:
    library: Library
    missed: silence.Silence
    last_report: date | None
    contact: silence.Contact | None
    recipient: Recipient


@reads
def not_reported(request: "SignedInRequest") -> HttpResponse:
    """The longest silence first."""
    form = FollowUpChoice(request.GET, user=request.user)
    is_known = form.is_valid()
    libraries = form.within() if is_known else Library.objects.none()
    through = periods.this_month()
    found = [one for one in silence.silences(libraries, through, length=MONTHS) if one.in_a_row]
    page = Paginator(found, PER_PAGE // 2).get_page(request.GET.get("hal"))
    return render(
        request,
        "reports/follow_up_silent.html",
        {
            **choice(request, form),
            "page": page,
            "rows": _silent_rows(page),
            "last_month": periods.add_months(through, -1),
            "shows_contacts": takes_contacts(request.user),
        },
        status=200 if is_known else 400,
    )


def _silent_rows(page: "Page[silence.Silence]") -> list[SilentRow]:
    shown = list(page)
    pks = [one.library for one in shown]
    libraries = Library.objects.for_list().in_bulk(pks)
    last = silence.last_reports(pks)
    contacts = silence.last_contacts(pks)
    recipients = recipients_at(list(libraries.values()))
    return [
        SilentRow(
            libraries[one.library],
            one,
            last.get(one.library),
            contacts.get(one.library),
            recipients[one.library],
        )
        for one in shown
    ]


# --- What waits for review ------------------------------------------------------------------------


@reads
def reviews_waiting(request: "SignedInRequest") -> HttpResponse:
    """How long, with whom, and what has waited too long."""
    form = FollowUpChoice(request.GET, user=request.user)
    is_known = form.is_valid()
    libraries = form.within() if is_known else Library.objects.none()
    on = timezone.localdate()
    waiting = overdue.waiting_reviews(libraries, on=on)
    judged = set(permissions.judged_by(request.user).values_list("pk", flat=True))
    page = Paginator(waiting, PER_PAGE // 2).get_page(request.GET.get("hal"))
    return render(
        request,
        "reports/follow_up_waiting.html",
        {
            **choice(request, form),
            "page": page,
            "rows": [(one, one.report.library_id in judged) for one in page],
            "waits": review_waits(libraries, on, waiting),
            "overdue": sum(1 for one in waiting if one.is_overdue),
            "for_province": sum(1 for one in waiting if one.is_for_province),
            "days": overdue.review_days(),
        },
        status=200 if is_known else 400,
    )


# --- One month of one library ---------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_month(request: "SignedInRequest", pk: int) -> HttpResponse:
    """What can be done about a month that is missing; sending the form excuses it."""
    library = get_object_or_404(Library.objects.visible_to(request.user).for_list(), pk=pk)
    month = asked_month(request)
    form = ExcuseForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _month_page(request, library, month, form)
    if not permissions.can_excuse(request.user, library):
        raise PermissionDenied
    if not form.is_valid():
        return _month_page(request, library, month, form, status=422)
    try:
        services.excuse(
            library=library,
            month=month,
            reason=ExcuseReason(form.cleaned_data["reason"]),
            comment=form.cleaned_data["comment"],
            by=request.user,
        )
    except (services.AlreadyExcused, services.NothingToExcuse) as conflict:
        form.add_error(None, str(conflict))
        return _month_page(request, library, month, form, status=409)
    except ValidationError as error:
        blame(form, error)
        return _month_page(request, library, month, form, status=422)
    except IntegrityError:  # two people at the same moment
        form.add_error(None, str(services.AlreadyExcused()))
        return _month_page(request, library, month, form, status=409)
    said = _("%(month)s dimaklumi: tidak dihitung dalam ketepatan waktu.")
    messages.success(request, said % {"month": periods.written(month)})
    return redirect(month_address(library.pk, month))


@require_POST
def excuse_withdraw(request: "SignedInRequest", pk: int) -> HttpResponse:
    excuse = get_object_or_404(Excuse.objects.visible_to(request.user), pk=pk)
    try:
        services.withdraw_excuse(excuse=excuse, by=request.user)
    except services.NotExcused as conflict:
        messages.error(request, str(conflict))
    else:
        said = _("Pemakluman %(month)s dicabut.")
        messages.success(request, said % {"month": periods.written(excuse.month)})
    return redirect(month_address(excuse.library_id, excuse.month))


def month_address(library: int, month: date) -> str:
    path = reverse("reports:follow_up_month", kwargs={"pk": library})
    return f"{path}?bulan={periods.month_code(month)}"


def asked_month(request: "SignedInRequest") -> date:
    """``?bulan=2026-10``; else the last month that is over. Raises ``BadPeriod``."""
    written = request.GET.get("bulan", "")
    if written:
        return periods.parse_past_month(written)
    return periods.add_months(periods.this_month(), -1)


def _month_page(
    request: "SignedInRequest",
    library: Library,
    month: date,
    form: ExcuseForm,
    *,
    status: int = 200,
) -> HttpResponse:
    only = Library.objects.filter(pk=library.pk)
    visible = MonthlyReport.objects.visible_to(request.user)
    (cell,) = figures.months_strips(only, month, length=1, reports=visible)[library.pk]
    excuses = Excuse.objects.filter(library=library, month=month)
    sent = visible.from_portal().filter(library=library, month=month, number=1).first()
    return render(
        request,
        "reports/follow_up_month.html",
        {
            "library": library,
            "month": month,
            "cell": cell,
            "deadline": queries.deadline(month),
            "form": form,
            "excuse": excuses.in_force().select_related("excused_by").first(),
            "withdrawn": excuses.filter(withdrawn_at__isnull=False)
            .select_related("excused_by", "withdrawn_by")
            .order_by("-withdrawn_at"),
            "sent": sent,
            "reminders": Reminder.objects.filter(library=library, month=month)
            .select_related("marked_by")
            .order_by("-marked_on"),
            "recipient": _recipient(request.user, library),
            "may_excuse": permissions.excuses_months(request.user),
            "can_be_excused": _can_be_excused(cell, sent),
            "may_remind": takes_contacts(request.user),
            "may_mentor": permissions.mentors(request.user),
            "is_portal": library.regency.reporting_mode == ReportingMode.PORTAL,
            "region_query": urlencode({"wilayah": library.regency.code}),
        },
        status=status,
    )


def _recipient(user: "User", library: Library) -> Recipient | None:
    return recipients_at([library])[library.pk] if takes_contacts(user) else None


def _can_be_excused(cell: figures.MonthCell, sent: MonthlyReport | None) -> bool:
    """Expected, and not there in time."""
    return cell.state not in _SILENT and not (sent is not None and sent.is_on_time)
