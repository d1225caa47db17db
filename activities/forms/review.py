"""What a reviewer fills in: what to look at, why a report goes back, and what is wrong with single
entries of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.enums import ReturnReason
from activities.flags import FlagKind
from activities.forms.entry import CHOOSE
from activities.forms.kinds import entry_form
from activities.models import Activity
from activities.services import EntryRemark, Exclusion
from activities.services.judging import REMARKABLE
from tpbis.core import periods
from tpbis.core.form_fields import Paragraphs, ask_by_name

MOST_WORDS = 2000
MEND, LEAVE_OUT = "perbaiki", "keluarkan"
FLAGGED, UNFLAGGED, OVERDUE = "bertanda", "tanpa", "lewat"


# --- What to look at ------------------------------------------------------------------------------


class Waits(Protocol):
    """A waiting report, as the queue can be narrowed by it."""

    @property
    def month(self) -> date: ...
    @property
    def kinds(self) -> frozenset[FlagKind]: ...
    @property
    def is_flagged(self) -> bool: ...
    @property
    def is_overdue(self) -> bool: ...


W = TypeVar("W", bound=Waits)


class QueueFilter(forms.Form):
    """The month and the flag of what is shown of the queue."""

    bulan = forms.CharField(label=gettext_lazy("Bulan"), required=False, widget=forms.Select)
    tanda = forms.ChoiceField(
        label=gettext_lazy("Tanda"),
        required=False,
        choices=[
            ("", gettext_lazy("Semua")),
            (OVERDUE, gettext_lazy("Menunggu lebih dari 5 hari kerja")),
            (FLAGGED, gettext_lazy("Bertanda, apa pun tandanya")),
            (UNFLAGGED, gettext_lazy("Tanpa tanda")),
            *FlagKind.choices,
        ],
        error_messages={"invalid_choice": gettext_lazy("Pilihan ini tidak ada di daftar.")},
    )

    def __init__(self, data: Mapping[str, Any], months: Iterable[date]) -> None:
        super().__init__(data)
        choices = [(periods.month_code(m), periods.written(m)) for m in sorted(set(months))]
        month = self.fields["bulan"].widget
        assert isinstance(month, forms.Select)
        month.choices = [("", _("Semua bulan")), *choices]

    def clean_bulan(self) -> date | None:
        text: str = self.cleaned_data["bulan"]
        try:
            return periods.parse_month(text) if text else None
        except periods.BadPeriod as error:
            raise forms.ValidationError(str(error)) from None

    @property
    def is_narrowing(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())

    def narrowed(self, waiting: Sequence[W]) -> list[W]:
        """Those asked for, in the order given."""
        month, asked = self.cleaned_data["bulan"], self.cleaned_data["tanda"]
        return [one for one in waiting if month in (None, one.month) and _has(one, asked)]


def _has(one: Waits, asked: str) -> bool:
    known: dict[str, Callable[[], bool]] = {
        "": lambda: True,
        OVERDUE: lambda: one.is_overdue,
        FLAGGED: lambda: one.is_flagged,
        UNFLAGGED: lambda: not one.is_flagged,
    }
    return known[asked]() if asked in known else asked in one.kinds


# --- The decision ---------------------------------------------------------------------------------


class ReturnForm(forms.Form):
    """Why a report goes back: a reason to count, and words to understand. Where single entries say
    it already, the whole need not."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Alasan"), choices=[*CHOOSE, *ReturnReason.choices]
    )
    comment = Paragraphs(
        label=gettext_lazy("Penjelasan untuk pengelola"),
        max_length=MOST_WORDS,
        help_text=gettext_lazy("Sebut catatan mana dan apa yang perlu diperbaiki."),
    )

    def __init__(self, *args: Any, is_said_of_entries: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)
        for field in self.fields.values():
            field.required = not is_said_of_entries
            field.widget.is_required = not is_said_of_entries


class VerdictForm(forms.Form):
    """What a reviewer says of one entry: to be mended (its report goes back), or not to be counted
    (its report is approved without it)."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Catatan ini"),
        choices=[
            ("", gettext_lazy("Baik")),
            (MEND, gettext_lazy("Perlu diperbaiki")),
            (LEAVE_OUT, gettext_lazy("Jangan dihitung")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    field = forms.ChoiceField(label=gettext_lazy("Bagian"), required=False)
    reason = forms.ChoiceField(
        label=gettext_lazy("Alasan"), required=False, choices=[*CHOOSE, *ReturnReason.choices]
    )
    comment = Paragraphs(
        label=gettext_lazy("Penjelasan untuk pengelola"), max_length=MOST_WORDS, required=False
    )

    def __init__(self, data: Mapping[str, Any] | None, entry: Activity) -> None:
        super().__init__(data, prefix=f"e{entry.pk}", initial={"verdict": ""})
        self.entry = entry
        part = self.fields["field"]
        assert isinstance(part, forms.ChoiceField)
        part.choices = [("", _("Seluruhnya")), *parts_of(entry)]
        self.fields["comment"].widget.attrs["rows"] = 2

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        reason, comment = said.get("reason"), said.get("comment")
        if "verdict" in said and not said["verdict"] and (reason or comment):
            self.add_error("verdict", _("Pilih dulu: perlu diperbaiki, atau jangan dihitung."))
        if said.get("verdict"):
            if "reason" in said and not reason:
                self.add_error("reason", _("Pilih alasan."))
            if "comment" in said and not comment:
                self.add_error("comment", _("Isi penjelasan untuk pengelola."))
        return said

    @property
    def is_open(self) -> bool:
        """Something was said here."""
        return self.is_bound and bool(self.errors or self.cleaned_data.get("verdict"))


def parts_of(entry: Activity) -> list[tuple[str, Any]]:
    """What a remark may point at: the fields of the entry's form by their labels."""
    form = entry_form(entry.kind, entry.service_form)
    names = [name for row in form.layout for name in row.names if name in REMARKABLE]
    return [
        (name, form.title_label if name == "title" else form.base_fields[name].label)
        for name in names
        if name != "title" or form.asks_title
    ]


class Verdicts:
    """What is said of each entry of a report."""

    def __init__(self, entries: Sequence[Activity], data: Mapping[str, Any] | None = None) -> None:
        self.forms = {entry.pk: VerdictForm(data, entry) for entry in entries}

    def __iter__(self) -> Iterator[VerdictForm]:
        return iter(self.forms.values())

    def is_valid(self) -> bool:
        return not [form for form in self if not form.is_valid()]  # each says what it finds

    def refuse(self, verdict: str, text: str) -> bool:
        """Say at each entry of ``verdict`` that it does not go with the decision."""
        found = self._saying(verdict)
        for form in found:
            form.add_error("verdict", text)
        return bool(found)

    @property
    def exclusions(self) -> dict[int, Exclusion]:
        return {
            form.entry.pk: Exclusion(ReturnReason(said["reason"]), said["comment"])
            for form in self._saying(LEAVE_OUT)
            if form.is_valid() and (said := form.cleaned_data)
        }

    @property
    def remarks(self) -> list[EntryRemark]:
        return [
            EntryRemark(form.entry.pk, said["field"], ReturnReason(said["reason"]), said["comment"])
            for form in self._saying(MEND)
            if form.is_valid() and (said := form.cleaned_data)
        ]

    @property
    def errors(self) -> list[tuple[VerdictForm, str]]:
        """Each with the form it stands in, for the summary."""
        return [
            (form, str(text))
            for form in self
            if form.is_bound
            for texts in form.errors.values()
            for text in texts
        ]

    def _saying(self, verdict: str) -> list[VerdictForm]:
        return [form for form in self if form.cleaned_data.get("verdict") == verdict]
