"""Activation letters: choose for whom, see what became of those given out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from libraries import queries as people
from libraries import services as library_services
from libraries.enums import SimState
from libraries.models import Activation, LetterBatch, Library, Region
from libraries.querysets import LibraryQuerySet
from reports import services
from reports.enums import LetterState
from reports.figures.funnel import LastLetter, last_letters, letter_state
from reports.forms import LetterChoice
from reports.models import Document
from reports.views.places import offered
from tpbis.core.http import reads
from tpbis.core.tables import without

if TYPE_CHECKING:
    from django.http import QueryDict

    from tpbis.accounts.models import SignedInRequest, User

PER_PAGE = 50
THESE, PAGE, ALL = "dicentang", "halaman", "semua"  # for which of the rows


# --- For whom -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A library that nobody signs in for."""

    library: Library
    sim: SimState
    letter: LastLetter | None

    @property
    def key(self) -> str:
        return str(self.library.pk)

    @property
    def is_open(self) -> bool:
        """Its letter may be on its way: another one would make that worthless."""
        return self.letter is not None and self.letter.state == LetterState.OPEN


@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: "SignedInRequest") -> HttpResponse:
    if request.method == "POST":
        return _issue(request)
    if "batch" in request.GET:  # given out elsewhere: this is where they are printed
        return redirect("reports:letter_batches")
    return _choose(request)


@reads
def _choose(request: "SignedInRequest") -> HttpResponse:
    form = LetterChoice(request.GET, user=request.user)
    if not form.is_valid():
        return _choose_page(request, form, Library.objects.none(), status=400)
    return _choose_page(request, form, form.libraries())


def _choose_page(
    request: "SignedInRequest",
    form: LetterChoice,
    libraries: LibraryQuerySet,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    page = Paginator(in_order(libraries), PER_PAGE).get_page(request.GET.get("hal"))
    return render(
        request,
        "reports/letters.html",
        {
            "form": form,
            "asked": {name: request.GET.get(name, "") for name in form.fields},
            "regions": offered(request.user, form.region),
            "sim_states": SimState.choices,
            "letter_choices": LetterChoice.LETTERS,
            "page": page,
            "rows": rows_of(page.object_list),
            "query": without(request.GET, "hal"),
            "whole_query": request.GET.urlencode(),
            "chosen": set(request.POST.getlist("perpustakaan")),
            "problem": problem,
        },
        status=status,
    )


def in_order(libraries: LibraryQuerySet) -> LibraryQuerySet:
    return libraries.for_list().order_by("regency__code", "region__code", "name", "pk")


def rows_of(libraries: Iterable[Library]) -> list[Row]:
    shown = list(libraries)
    among = Library.objects.filter(pk__in=[library.pk for library in shown])
    letters = last_letters(among, timezone.now())
    return [
        Row(
            library,
            SimState(getattr(library, "sim_state", None) or SimState.NOT_PROPOSED),
            letters.get(library.pk),
        )
        for library in shown
    ]


def _issue(request: "SignedInRequest") -> HttpResponse:
    """A code for each chosen library that has none, and a document for each regency. A letter that
    is still good stays so, unless it is the one that is to be replaced (``ganti``)."""
    form = LetterChoice(request.GET, user=request.user)
    if not form.is_valid():
        return _choose_page(request, form, Library.objects.none(), status=400)
    chosen = _chosen(request.POST, form)
    if chosen is None:
        return _choose_page(
            request, form, form.libraries(), problem=_("Pilih perpustakaannya dahulu."), status=422
        )
    wanted, replaced = chosen
    known = Library.objects.visible_to(request.user).filter(pk__in=wanted)
    if known.count() != len(wanted):  # one that is not theirs: nothing is done at all
        raise Http404
    given = set(Activation.objects.valid().filter(library__in=wanted).values_list("pk", flat=True))
    holding = known.filter(activations__in=given - replaced)
    needing = known.exclude(pk__in=holding.values("pk"))
    if replaced and not replaced & given:
        needing = needing.none()  # somebody was quicker
    meant = list(needing)
    try:
        made = services.issue_letters(libraries=meant, by=request.user)
    except library_services.HaveAccounts as refused:
        return _choose_page(request, form, form.libraries(), problem=str(refused), status=409)
    _say(request, len(meant), len(wanted) - len(meant))
    return redirect(_afterwards(made))


def _chosen(sent: "QueryDict", form: LetterChoice) -> tuple[set[int], set[int]] | None:
    """The libraries that are meant, and the letters among theirs that are to be replaced."""
    which = sent.get("untuk", THESE)
    if which == ALL:
        wanted = set(form.libraries().values_list("pk", flat=True))
    else:
        wanted = _numbers(sent.getlist("baris" if which == PAGE else "perpustakaan"))
    return (wanted, _numbers(sent.getlist("ganti"))) if wanted else None


def _numbers(written: Iterable[str]) -> set[int]:
    return {
        int(text) for text in written if text.isascii() and text.isdecimal() and len(text) <= 18
    }


def _say(request: "SignedInRequest", count: int, left_out: int) -> None:
    if count:
        text = ngettext(
            "%(count)d surat aktivasi diterbitkan. PDF-nya sedang dibuat.",
            "%(count)d surat aktivasi diterbitkan. PDF-nya sedang dibuat.",
            count,
        )
        messages.success(request, text % {"count": count})
    if left_out > 0:
        text = ngettext(
            "%(count)d perpustakaan dilewati: suratnya masih berlaku.",
            "%(count)d perpustakaan dilewati: suratnya masih berlaku.",
            left_out,
        )
        messages.warning(request, text % {"count": left_out})


def _afterwards(made: Sequence[Document]) -> str:
    """Where the file is made; with several, where all of them are."""
    return made[0].get_absolute_url() if len(made) == 1 else "reports:letter_batches"


# --- What was given out ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BatchRow:
    """Letters issued together: what became of their codes, and the newest file of them."""

    batch: LetterBatch
    document: Document | None
    open: int
    used: int
    expired: int
    revoked: int

    @property
    def total(self) -> int:
        return self.open + self.used + self.expired + self.revoked


@reads
def letter_batches(request: "SignedInRequest") -> HttpResponse:
    page = Paginator(batches(request.user).order_by("-issued_at", "-pk"), PER_PAGE // 2).get_page(
        request.GET.get("hal")
    )
    rows = batch_rows(list(page.object_list), request.user)
    is_waiting = any(row.document and row.document.is_waiting for row in rows)
    return render(
        request,
        "reports/letter_batches.html",
        {"page": page, "rows": rows, "is_waiting": is_waiting},
    )


@reads
def letter_batch(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Each letter of a batch with its state; the code itself stands on the paper only."""
    batch = get_object_or_404(batches(request.user), pk=pk)
    given = batch.activations.filter(library__isnull=False).select_related(
        "library__region__parent", "library__regency", "used_by"
    )
    page = Paginator(
        given.order_by("library__region__code", "library__name", "pk"), PER_PAGE
    ).get_page(request.GET.get("hal"))
    now = timezone.now()
    shown = Library.objects.filter(activations__in=[one.pk for one in page.object_list])
    barred = people.letters_barred(shown)
    return render(
        request,
        "reports/letter_batch.html",
        {
            "row": batch_rows([batch], request.user)[0],
            "page": page,
            "letters": [(one, letter_state(one, now)) for one in page.object_list],
            "has_account": set(barred.values_list("pk", flat=True)),
        },
    )


@require_POST
def letters_print(request: "SignedInRequest", pk: int) -> HttpResponse:
    """The same letters once more: with the same codes, without those that are no good any more."""
    batch = get_object_or_404(batches(request.user), pk=pk)
    return redirect(services.request_letters(batch=batch, by=request.user))


@require_POST
def letter_revoke(request: "SignedInRequest", pk: int) -> HttpResponse:
    """A lost letter lets nobody in any more; one that was used stays as it is."""
    given = Activation.objects.visible_to(request.user).filter(library__isnull=False)
    activation = get_object_or_404(given.select_related("library"), pk=pk)
    library_services.revoke(activation=activation, by=request.user)
    activation.refresh_from_db()
    if activation.revoked_at:
        said = _("Kode untuk %(library)s dicabut.") % {"library": activation.library}
        messages.success(request, said)
    else:
        messages.warning(request, _("Kode ini sudah dipakai, jadi tidak dapat dicabut lagi."))
    if activation.batch_id:
        return redirect("reports:letter_batch", pk=activation.batch_id)
    return redirect("reports:letters")


def batches(user: "User") -> "QuerySet[LetterBatch]":
    visible = LetterBatch.objects.filter(region__in=Region.objects.visible_to(user))
    return visible.select_related("region__parent", "issued_by")


def batch_rows(batches: Sequence[LetterBatch], user: "User") -> list[BatchRow]:
    now, among = timezone.now(), [batch.pk for batch in batches]
    unused = Q(used_at__isnull=True, revoked_at__isnull=True)
    found = (
        Activation.objects.filter(batch__in=among)
        .order_by()
        .values("batch")
        .annotate(
            open=Count("pk", filter=unused & Q(expires_at__gt=now)),
            used=Count("pk", filter=Q(used_at__isnull=False)),
            expired=Count("pk", filter=unused & Q(expires_at__lte=now)),
            revoked=Count("pk", filter=Q(revoked_at__isnull=False)),
        )
        .values_list("batch", "open", "used", "expired", "revoked")
    )
    counted = {batch: counts for batch, *counts in found}
    documents = Document.objects.visible_to(user).filter(batch__in=among).select_related("region")
    newest = {one.batch_id: one for one in documents.order_by("requested_at", "pk")}
    return [
        BatchRow(batch, newest.get(batch.pk), *counted.get(batch.pk, (0, 0, 0, 0)))
        for batch in batches
    ]
