"""What is asked about rules: a draft with all measures there are, and from when it holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.enums import Component, Measure, Per
from kpi.models import RuleSet
from kpi.queries import rules as versions
from kpi.services import rules as services
from kpi.services.rules import GATING, NOT_ASKED_FOR, IndicatorContent, RuleContent
from tpbis.core import periods
from tpbis.core.form_fields import Day, Paragraphs, WholeNumber, ask_by_name

_COMPONENT_OF = {
    Measure.INVOLVEMENT: Component.INVOLVEMENT,
    Measure.PARTICIPANTS: Component.INVOLVEMENT,
    Measure.ADVOCACY: Component.ADVOCACY,
    Measure.SERVICE: Component.SERVICE,
    Measure.VISIT_MONTHS: Component.VISITS,
    Measure.PUBLICATIONS: Component.PUBLICATION,
    Measure.SUSTAINABILITY: Component.SUSTAINABILITY,
}
_THOUSANDTHS = ("yellow_above", "green_above", "noise_gap")
_MOST = 10_000
_PER_MONTH = 20  # the shortest path stays quick, and nobody asks for an entry each working day
_SIGNS_A_MONTH = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a measure's row, under a short label: the row names the measure."""

    label: str
    field: BoundField
    is_wide: bool  # needs a line of its own on a phone


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """What is asked of one measure; no ceiling and effort where none can be asked for."""

    measure: Measure
    asked: tuple[Asked, ...]

    @property
    def is_used(self) -> bool:
        return str(self.asked[0].field.value() or "0").strip() != "0"


class DraftForm(forms.Form):
    """Every measure of the catalogue has its row: 0 points leave it out, whatever else the row
    says."""

    total = forms.CharField(label=gettext_lazy("Jumlah poin"), required=False)
    yellow_above = WholeNumber(
        label=gettext_lazy("Kuning di atas"),
        max_value=100,
        help_text=gettext_lazy("Poin. Sampai angka ini merah."),
    )
    green_above = WholeNumber(
        label=gettext_lazy("Hijau di atas"),
        max_value=100,
        help_text=gettext_lazy("Poin. Sampai angka ini kuning."),
    )
    general = forms.MultipleChoiceField(
        label=gettext_lazy("Komponen umum"),
        choices=[(measure.value, measure.label.capitalize()) for measure in GATING],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Satu saja yang belum ada, warnanya merah berapa pun poinnya."),
    )
    green_needs_signs = WholeNumber(
        label=gettext_lazy("Tanda keberlanjutan untuk hijau"),
        max_value=12,
        help_text=gettext_lazy(
            "Paling sedikit berapa tanda setahun. 0: hijau tidak memerlukannya."
        ),
    )
    participants_each = WholeNumber(
        label=gettext_lazy("Peserta tiap kegiatan tambahan"),
        max_value=1000,
        help_text=gettext_lazy("Anggapan saat menghitung jalan terpendek."),
    )
    noise_gap = WholeNumber(
        label=gettext_lazy("Jarak wajar"),
        max_value=100,
        help_text=gettext_lazy("Poin. Naik turun sampai sejauh ini tidak diberi panah."),
    )
    note = Paragraphs(
        label=gettext_lazy("Catatan"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Apa yang berubah dan mengapa. Terbaca semua orang setelah terbit."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, draft: RuleSet) -> None:
        super().__init__(data, initial=_filled_from(services.content_of(draft)))
        for measure in Measure:
            self.fields.update(_fields_of(measure))
        ask_by_name(self)

    @property
    def rows(self) -> Iterator[MeasureRow]:
        labels = {
            "points": _("Poin"),
            "count": _("Target"),
            "per": _("Dalam"),
            "component": _("Komponen"),
            "ceiling": _("Tambahan sebulan"),
            "effort": _("Upaya"),
        }
        for measure in Measure:
            names = {name: f"{name}_{measure}" for name in labels}
            yield MeasureRow(
                measure,
                tuple(
                    Asked(labels[short], self[name], is_wide=short in ("per", "component"))
                    for short, name in names.items()
                    if name in self.fields
                ),
            )

    @property
    def sum_of_points(self) -> int:
        """Of what stands in the form now; what is no number adds nothing."""
        found = 0
        for measure in Measure:
            field = self[f"points_{measure}"]
            try:
                found += field.field.clean(field.value()) or 0
            except ValidationError:
                continue
        return found

    @property
    def content(self) -> RuleContent:
        """What was typed. A field that is wrong says what it said before, so that the others can
        be checked beside it."""
        said = {**self.initial, **self.cleaned_data}
        simple = {
            name: said[name] * 1000 if name in _THOUSANDTHS else said[name]
            for name in (*_THOUSANDTHS, "green_needs_signs", "participants_each", "note")
        }
        used = [measure for measure in Measure if said[f"points_{measure}"]]
        return RuleContent(
            indicators=tuple(_indicator(measure, said) for measure in used),
            general=tuple(dict.fromkeys(said["general"])),
            **simple,
        )

    def clean(self) -> dict[str, Any]:
        for measure in Measure:
            if self.cleaned_data.get(f"points_{measure}"):
                self._ask_for_the_rest(measure)
        try:
            services.check_rules(self.content)
        except ValidationError as error:
            self._add_what_is_new(error.error_dict)
        return self.cleaned_data

    def _add_what_is_new(self, wrong: Mapping[str, list[ValidationError]]) -> None:
        """Nothing more of a field that is wrong already, nor of what is reckoned with it."""
        known = set(self.errors)
        if any(name.startswith("points_") for name in known):
            known.add("total")
        if "yellow_above" in known:
            known.add("green_above")
        for name, errors in wrong.items():
            if name not in known:
                self.add_error(name, errors)

    def _ask_for_the_rest(self, measure: Measure) -> None:
        """A row that is left out may be empty; one with points may not."""
        for name in ("count", "per", "component", "ceiling", "effort"):
            field = f"{name}_{measure}"
            if field not in self.fields or field in self.errors:
                continue
            if self.cleaned_data.get(field) in (None, ""):
                self.add_error(field, self.fields[field].error_messages["required"])


def _fields_of(measure: Measure) -> dict[str, forms.Field]:
    def named(label: str) -> str:
        return label % {"measure": measure.label}

    def number(label: str, most: int, *, required: bool = False) -> WholeNumber:
        return WholeNumber(label=named(label), max_value=most, required=required)

    fields: dict[str, forms.Field] = {
        "points": number(_("Poin %(measure)s"), services.FULL, required=True),
        "count": number(_("Target %(measure)s"), _MOST),
        "per": forms.TypedChoiceField(
            label=named(_("Satuan waktu %(measure)s")),
            choices=Per.choices,
            coerce=int,
            required=False,
        ),
        "component": forms.ChoiceField(
            label=named(_("Komponen %(measure)s")), choices=Component.choices, required=False
        ),
    }
    if measure not in NOT_ASKED_FOR:
        most = _SIGNS_A_MONTH if measure == Measure.SUSTAINABILITY else _PER_MONTH
        fields["ceiling"] = number(_("Tambahan sebulan %(measure)s"), most)
        fields["effort"] = number(_("Upaya %(measure)s"), services.FULL)
    return {f"{name}_{measure}": field for name, field in fields.items()}


def _indicator(measure: Measure, said: dict[str, Any]) -> IndicatorContent:
    asked = measure not in NOT_ASKED_FOR
    return IndicatorContent(
        measure=measure.value,
        component=said[f"component_{measure}"],
        points=said[f"points_{measure}"],
        count=said[f"count_{measure}"],
        per_months=said[f"per_{measure}"],
        ceiling=said[f"ceiling_{measure}"] if asked else 0,
        effort=said[f"effort_{measure}"] if asked else 1,
    )


def _filled_from(content: RuleContent) -> dict[str, Any]:
    there = {one.measure: one for one in content.indicators}
    initial: dict[str, Any] = {
        "green_needs_signs": content.green_needs_signs,
        "participants_each": content.participants_each,
        "general": list(content.general),
        "note": content.note,
        **{name: getattr(content, name) // 1000 for name in _THOUSANDTHS},
    }
    for measure in Measure:
        one = there.get(measure)
        initial |= {
            f"points_{measure}": one.points if one else 0,
            f"count_{measure}": one.count if one else 1,
            f"per_{measure}": one.per_months if one else Per.MONTH.value,
            f"component_{measure}": one.component if one else _COMPONENT_OF[measure].value,
            f"ceiling_{measure}": one.ceiling if one else 1,
            f"effort_{measure}": one.effort if one else 1,
        }
    return initial


class PublishForm(forms.Form):
    """From when, and what is new."""

    valid_from = Day(label=gettext_lazy("Berlaku sejak"))
    note = Paragraphs(
        label=gettext_lazy("Catatan"),
        max_length=2000,
        help_text=gettext_lazy("Apa yang berubah dan mengapa. Terbaca semua orang."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, draft: RuleSet) -> None:
        next_month = periods.add_months(periods.this_month(), 1)
        initial = {"note": draft.note, "valid_from": next_month}
        super().__init__(data, initial=initial)
        self._group = draft.group
        day = self.fields["valid_from"]
        assert isinstance(day, Day)
        day.offer(versions.open_from(), versions.open_until())
        ask_by_name(self)

    def clean(self) -> dict[str, Any]:
        day = self.cleaned_data.get("valid_from")
        if day:
            try:
                services.check_valid_from(self._group, day)
            except ValidationError as error:
                self.add_error(None, error)
        return self.cleaned_data
