"""The rules: who may see which, and drafting, changing, publishing, discarding."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kpi import permissions
from kpi.enums import RuleGroup
from kpi.forms import DraftForm, PublishForm
from kpi.models import RuleSet
from kpi.queries import rules as queries
from kpi.services import rules as services
from kpi.views.previews import moves_in_short
from kpi.views.rule_words import Listed, general_of, indicator_rows, listed, when
from libraries.permissions import sees_people
from tpbis.core.http import reads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tpbis.accounts.models import SignedInRequest

ONLY_COUNT = "hitung"  # the button that adds up and saves nothing


# --- Looking --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """Everything there is for one kind of library."""

    group: RuleGroup
    versions: list[Listed]
    drafts: list[RuleSet]


@reads
def rules(request: "SignedInRequest") -> HttpResponse:
    today = timezone.localdate()
    visible = RuleSet.objects.visible_to(request.user).select_related("author", "based_on")
    drafts = list(visible.drafts().order_by("-changed_at", "-pk"))
    return render(
        request,
        "kpi/rules.html",
        {
            "groups": [
                Group(group, listed(group, today), [one for one in drafts if one.group == group])
                for group in RuleGroup
            ],
            "may_change": permissions.keeps_rules(request.user),
            "shows_people": sees_people(request.user),
        },
    )


@reads
def rule_set(request: "SignedInRequest", pk: int) -> HttpResponse:
    return _page_of(request, _visible(request, pk))


def _visible(request: "SignedInRequest", pk: int) -> RuleSet:
    visible = RuleSet.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("author", "publisher", "based_on"), pk=pk)


def _page_of(
    request: "SignedInRequest", shown: RuleSet, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    version = None if shown.is_draft else queries.version_of(shown)
    return render(
        request,
        "kpi/rule_set.html",
        {
            "rule_set": shown,
            "version": version,
            "when": when(version, timezone.localdate()) if version else "draft",
            "rows": indicator_rows(shown.rules),
            "total": sum(one.points for one in shown.rules.indicators),
            "general": general_of(shown),
            "may_change": permissions.keeps_rules(request.user),
            "shows_people": sees_people(request.user),
            "refusal": refusal,
        },
        status=status,
    )


# --- Drafting -------------------------------------------------------------------------------------


@require_POST
def rule_draft(request: "SignedInRequest", pk: int) -> HttpResponse:
    """A new draft that says the same."""
    draft = services.draft_from(_visible(request, pk), by=request.user)
    messages.success(request, _("Draf dibuat. Ubah yang perlu, lalu simpan."))
    return redirect("kpi:rule_change", pk=draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Saved only when valid; “Hitung ulang” adds up what was typed and saves nothing."""
    draft = _visible(request, pk)
    if not draft.is_draft:
        return _shut(request, draft)
    if request.method != "POST":
        return _FormPage(DraftForm(draft=draft), draft).show(request)
    form = DraftForm(request.POST, draft=draft)
    page = _FormPage(form, draft, seen=request.POST.get("versi", ""))
    is_valid = form.is_valid()
    if request.POST.get("langkah") == ONLY_COUNT:
        return page.show(request)
    if not is_valid:
        return page.show(request, status=422)
    return _save(request, page)


def _save(request: "SignedInRequest", page: "_FormPage") -> HttpResponse:
    try:
        draft = services.change_draft(
            draft=page.draft, content=page.form.content, seen=page.seen, by=request.user
        )
    except services.DraftChanged as changed:
        page.form.add_error(None, str(changed))
        page.differences = _differences(page.form, changed.stored)
        page.seen = services.saved_at(changed.stored)
        return page.show(request, status=409)
    except (services.DraftIsGone, services.AlreadyPublished) as gone:
        return _gone(request, page.draft, gone)
    messages.success(request, _("Draf tersimpan. Ini akibatnya bila berlaku sekarang."))
    return redirect("kpi:rule_preview", pk=draft.pk)


@dataclass(slots=True)
class _FormPage:
    form: DraftForm
    draft: RuleSet
    seen: str = ""
    differences: "Iterable[Difference]" = ()

    def show(self, request: "SignedInRequest", *, status: int = 200) -> HttpResponse:
        context = {
            "form": self.form,
            "draft": self.draft,
            "seen": self.seen or services.saved_at(self.draft),
            "differences": self.differences,
            "only_count": ONLY_COUNT,
        }
        return render(request, "kpi/rule_form.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which what is stored now is not what somebody typed."""

    label: str
    stored: str
    typed: str


def _differences(form: DraftForm, stored: RuleSet) -> list[Difference]:
    now = DraftForm(draft=stored)
    return [
        Difference(str(field.label), _said(form, name, now), _said(form, name, form))
        for name, field in form.fields.items()
        if name != "total" and _said(form, name, now) != _said(form, name, form)
    ]


def _said(form: DraftForm, name: str, source: DraftForm) -> str:
    """What stands in a field, in words."""
    value = source[name].value()
    choices = {str(code): label for code, label in getattr(form.fields[name], "choices", ())}
    parts = value if isinstance(value, list) else [value]
    return ", ".join(str(choices.get(str(one), one)) for one in parts if one not in (None, ""))


@require_POST
def rule_discard(request: "SignedInRequest", pk: int) -> HttpResponse:
    draft = _visible(request, pk)
    if not draft.is_draft:
        return _shut(request, draft)
    try:
        services.discard(draft=draft, by=request.user)
    except (services.DraftIsGone, services.AlreadyPublished) as gone:
        return _gone(request, draft, gone)
    messages.success(request, _("Draf dibuang."))
    return redirect("kpi:rules")


# --- Publishing -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def rule_publish(request: "SignedInRequest", pk: int) -> HttpResponse:
    """From when, with a note. What was looked at is what is published."""
    draft = _visible(request, pk)
    if not draft.is_draft:
        return _shut(request, draft)
    if request.method != "POST":
        return _publish_page(request, draft, PublishForm(draft=draft))
    form = PublishForm(request.POST, draft=draft)
    if not form.is_valid():
        return _publish_page(request, draft, form, status=422)
    try:
        seen = request.POST.get("versi", "")
        published = services.publish(draft=draft, seen=seen, by=request.user, **form.cleaned_data)
    except services.DraftChanged as changed:
        form.add_error(None, _("Draf ini baru saja disimpan lagi. Periksa isinya, lalu terbitkan."))
        return _publish_page(request, changed.stored, form, status=409)
    except ValidationError as error:
        _blame(form, error)
        return _publish_page(request, draft, form, status=422)
    except (services.DraftIsGone, services.AlreadyPublished) as gone:
        return _gone(request, draft, gone)
    text = _("Versi %(version)s terbit, berlaku sejak %(day)s. Semua skor sedang dihitung ulang.")
    day = date_format(form.cleaned_data["valid_from"], "j F Y")
    messages.success(request, text % {"version": published.version, "day": day})
    return redirect("kpi:rule_set", pk=published.pk)


def _publish_page(
    request: "SignedInRequest", draft: RuleSet, form: PublishForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "draft": draft,
        "short": moves_in_short(request, draft),
        "seen": services.saved_at(draft),
        "versions": listed(draft.group, timezone.localdate()),
        "closed": queries.last_closed_month(),
    }
    return render(request, "kpi/rule_publish.html", context, status=status)


def _blame(form: PublishForm, error: ValidationError) -> None:
    """At the field where this form has it; what the draft itself lacks stands above."""
    for field, texts in error.message_dict.items():
        form.add_error(field if field in form.fields else None, texts)


def _shut(request: "SignedInRequest", published: RuleSet) -> HttpResponse:
    """Asked to change what nobody changes: its page says so."""
    if request.method != "POST":
        return redirect("kpi:rule_set", pk=published.pk)
    refusal = str(services.AlreadyPublished(published))
    return _page_of(request, published, refusal=refusal, status=409)


def _gone(request: "SignedInRequest", draft: RuleSet, error: Exception) -> HttpResponse:
    """It was published or discarded between two looks at it."""
    if isinstance(error, services.AlreadyPublished):
        return _shut(request, error.rule_set)
    messages.error(request, str(error))
    return redirect("kpi:rules")
