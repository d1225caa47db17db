"""The list of rules as a file: every version and draft that the page shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.enums import RuleGroup
from kpi.models import RuleSet
from kpi.views.rule_words import listed
from libraries.permissions import sees_people
from tpbis.core.exports import Column, Listing, file_of, label
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Kind

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest

_WHEN = {
    "now": gettext_lazy("berlaku sekarang"),
    "later": gettext_lazy("berlaku kelak"),
    "before": gettext_lazy("tidak berlaku lagi"),
    "draft": gettext_lazy("draf"),
}


@dataclass(frozen=True, slots=True)
class Row:
    rule_set: RuleSet
    when: str
    until: date | None = None


RULES: Sequence[Column[Row]] = [
    Column(gettext_lazy("Berlaku untuk"), label(RuleGroup, lambda row: row.rule_set.group)),
    Column(gettext_lazy("Versi"), lambda row: row.rule_set.version, Kind.NUMBER),
    Column(gettext_lazy("Keadaan"), lambda row: str(_WHEN[row.when])),
    Column(gettext_lazy("Berlaku sejak"), lambda row: row.rule_set.valid_from, Kind.DATE),
    Column(gettext_lazy("Berlaku sampai"), lambda row: row.until, Kind.DATE),
    Column(
        gettext_lazy("Kuning di atas"),
        lambda row: row.rule_set.yellow_above / 1000,
        Kind.DECIMAL,
        gettext_lazy("poin dari 100"),
    ),
    Column(
        gettext_lazy("Hijau di atas"),
        lambda row: row.rule_set.green_above / 1000,
        Kind.DECIMAL,
        gettext_lazy("poin dari 100"),
    ),
    Column(
        gettext_lazy("Tanda keberlanjutan"),
        lambda row: row.rule_set.green_needs_signs,
        Kind.NUMBER,
        gettext_lazy("sedikitnya, agar bisa hijau"),
    ),
    Column(gettext_lazy("Terbit"), lambda row: row.rule_set.published_at, Kind.MOMENT),
    Column(gettext_lazy("Catatan"), lambda row: row.rule_set.note),
]
_BY: Column[Row] = Column(
    gettext_lazy("Diterbitkan oleh"),
    lambda row: row.rule_set.publisher.full_name if row.rule_set.publisher else "",
)


@reads
def rules_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    drafts = RuleSet.objects.visible_to(request.user).drafts().order_by("-changed_at", "-pk")
    listing = Listing(
        name="aturan-skor",
        title=_("Aturan skor"),
        unit=_("satu baris satu versi aturan"),
        columns=[*RULES, _BY] if sees_people(request.user) else RULES,
        rows=_rows(list(drafts)),
    )
    return file_of(listing, form, request.GET)


def _rows(drafts: Sequence[RuleSet]) -> Iterator[Row]:
    today = timezone.localdate()
    for group in RuleGroup:
        yield from (Row(one, "draft") for one in drafts if one.group == group)
        for one in listed(group, today):
            yield Row(one.rule_set, one.when, one.version.until)
