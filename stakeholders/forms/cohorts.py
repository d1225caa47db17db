"""What is asked about a round of the programme, and about a village that could join the next."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from libraries.enums import ProgrammeSource
from libraries.models import Region
from stakeholders.candidates import TICKS
from stakeholders.enums import CandidateState
from stakeholders.forms.teams import of_a_team, years
from stakeholders.models import Candidate, Cohort
from stakeholders.querysets import CandidateQuerySet
from stakeholders.services.cohorts import MOST_PEOPLE, Round, Village
from tpbis.core.form_fields import TextLine, WholeNumber, ask_by_name

_UNKNOWN_REGION = gettext_lazy("Pilih wilayah yang ada di daftar.")


class CohortForm(forms.Form):
    region = forms.ModelChoiceField(
        label=gettext_lazy("Wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        empty_label=None,
        error_messages={"invalid_choice": _UNKNOWN_REGION},
    )
    name = TextLine(
        label=gettext_lazy("Nama angkatan"),
        max_length=100,
        help_text=gettext_lazy("Misalnya: Replikasi 2025."),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Sumber program"), choices=ProgrammeSource.choices
    )
    first_year = forms.TypedChoiceField(label=gettext_lazy("Bergabung sejak tahun"), coerce=int)
    last_year = forms.TypedChoiceField(label=gettext_lazy("Sampai tahun"), coerce=int)
    tag = TextLine(
        label=gettext_lazy("Tanda program"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Bila diisi, hanya perpustakaan yang punya tanda ini."),
    )
    about = TextLine(label=gettext_lazy("Keterangan"), max_length=300, required=False)

    def __init__(
        self, *args: Any, regions: QuerySet[Region], cohort: Cohort | None = None, **kwargs: Any
    ) -> None:
        today = timezone.localdate()
        kwargs["initial"] = (
            {name: getattr(cohort, name) for name in self.base_fields}
            if cohort
            else {"first_year": today.year, "last_year": today.year}
        )
        super().__init__(*args, **kwargs)
        for name in ("first_year", "last_year"):
            year = self.fields[name]
            assert isinstance(year, forms.ChoiceField)
            year.choices = years()
        place = self.fields["region"]
        assert isinstance(place, forms.ModelChoiceField)
        place.queryset = of_a_team(regions)
        if cohort:
            del self.fields["region"]  # whose round it is never changes
        ask_by_name(self)

    @property
    def told(self) -> Round:
        given = {name: value for name, value in self.cleaned_data.items() if name != "region"}
        return Round(**{**given, "source": ProgrammeSource(given["source"])})


class CandidatesFilter(forms.Form):
    """What the list of candidates is narrowed by."""

    wilayah = forms.ModelChoiceField(
        label=gettext_lazy("Kabupaten/kota"),
        queryset=Region.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Semua"),
        error_messages={"invalid_choice": _UNKNOWN_REGION},
    )
    keadaan = forms.ChoiceField(
        label=gettext_lazy("Keadaan"),
        required=False,
        choices=[("", gettext_lazy("Semua")), *CandidateState.choices],
    )

    def __init__(self, *args: Any, regions: QuerySet[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["wilayah"]
        assert isinstance(place, forms.ModelChoiceField)
        place.queryset = regions

    def narrow(self, candidates: CandidateQuerySet) -> CandidateQuerySet:
        asked = self.cleaned_data
        if asked["wilayah"]:
            candidates = candidates.filter(village__code__startswith=f"{asked['wilayah'].code}.")
        return candidates.filter(state=asked["keadaan"]) if asked["keadaan"] else candidates


class CandidateForm(forms.Form):
    """How ready a village is, and what became of it."""

    ready = forms.MultipleChoiceField(
        label=gettext_lazy("Yang sudah siap"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    people = WholeNumber(
        label=gettext_lazy("Jumlah penduduk"), max_value=MOST_PEOPLE, required=False
    )
    note = TextLine(
        label=gettext_lazy("Kebutuhan"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Misalnya: rak dan komputer; desa sudah menganggarkan bukunya."),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Keadaan"),
        choices=CandidateState.choices,
        initial=CandidateState.PROPOSED,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, candidate: Candidate | None = None, **kwargs: Any) -> None:
        if candidate:
            said = {name: getattr(candidate, name) for name in ("people", "note", "state")}
            kwargs["initial"] = said | {
                "ready": [name for name in TICKS if getattr(candidate, name)]
            }
        super().__init__(*args, **kwargs)
        ready = self.fields["ready"]
        assert isinstance(ready, forms.MultipleChoiceField)
        ready.choices = [*TICKS.items()]
        ask_by_name(self)

    @property
    def told(self) -> Village:
        given = self.cleaned_data
        return Village(
            **{name: name in given["ready"] for name in TICKS},
            people=given["people"],
            note=given["note"],
            state=CandidateState(given["state"]),
        )
