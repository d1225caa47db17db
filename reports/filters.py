"""One FilterSet of libraries serves the page, the export and whatever else lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from kpi.enums import Colour, Component, Grey
from libraries import queries
from libraries.enums import Level, LibraryKind, ProgrammeSource, SimState
from libraries.models import Activation, Library, Region, SimAccount
from libraries.querysets import LibraryQuerySet, RegionQuerySet
from reports import figures
from reports.enums import OnlyLacking, PortalState, TakesPart
from reports.figures.colouring import greys
from reports.figures.held_up import awaited, lacking_one
from reports.figures.leading import official_by_library
from reports.figures.narrowing import narrowed
from stakeholders.models import Cohort
from stakeholders.querysets import CohortQuerySet
from stakeholders.rounds import libraries_of, others_than
from tpbis.core import periods, texts

NO_OFFICIAL = "tanpa"


def _regions(request: HttpRequest | None) -> RegionQuerySet:
    """What may be asked for; without a request, nothing."""
    if request is None:
        return Region.objects.none()
    return Region.objects.visible_to(request.user)


def offered_years() -> list[tuple[str, str]]:
    first = periods.parse_month(settings.TPBIS_FIRST_MONTH).year
    years = (str(year) for year in range(timezone.localdate().year, first - 1, -1))
    return [(year, year) for year in years]


def _region(label: Any, method: str) -> django_filters.ModelChoiceFilter:
    asked = django_filters.ModelChoiceFilter(
        label=label,
        queryset=_regions,
        to_field_name="code",
        method=method,
        error_messages={"invalid_choice": _("Pilih wilayah yang ada di daftar.")},
    )
    return extend_schema_field({"type": "string", "description": "Code of a region, as 35.08."})(
        asked
    )


def _cohorts(request: HttpRequest | None) -> CohortQuerySet:
    return Cohort.objects.none() if request is None else Cohort.objects.visible_to(request.user)


def _cohort(label: Any, method: str) -> django_filters.ModelChoiceFilter:
    asked = django_filters.ModelChoiceFilter(
        label=label,
        queryset=_cohorts,
        method=method,
        error_messages={"invalid_choice": _("Angkatan ini tidak ada di daftar Anda.")},
    )
    return extend_schema_field({"type": "integer", "description": "Number of a round."})(asked)


def _choice(label: Any, choices: Any, unknown: Any, **more: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        label=label, choices=choices, error_messages={"invalid_choice": unknown}, **more
    )


class RegionFilter(django_filters.FilterSet):
    """What a region's pages, its documents and exports can be narrowed by."""

    jenis = _choice(_("Jenis"), LibraryKind.choices, _("Pilih jenis yang ada di daftar."))
    sumber = _choice(
        _("Sumber program"),
        ProgrammeSource.choices,
        _("Pilih sumber program yang ada di daftar."),
    )
    tahun = extend_schema_field({"type": "string", "description": "Year of joining, as 2024."})(
        _choice(_("Tahun bergabung"), offered_years, _("Pilih tahun yang ada di daftar."))
    )
    tanda = django_filters.CharFilter(label=_("Tanda program"))

    def filter_queryset(self, queryset: LibraryQuerySet) -> LibraryQuerySet:
        """Kind, source, year and tag as documents are narrowed; the rest one by one."""
        said = self.form.cleaned_data
        found = narrowed(queryset, said)
        for name, value in said.items():
            if name not in RegionFilter.base_filters:
                found = self.filters[name].filter(found, value)
        return found

    @property
    def in_use(self) -> dict[str, str]:
        """What was asked for and understood, as in an address."""
        said = getattr(self.form, "cleaned_data", {})
        return {name: str(said[name]) for name in RegionFilter.base_filters if said.get(name)}


class LibraryFilter(RegionFilter):
    """Always given libraries that may be seen and have joined. Colours are those at the end of
    ``through``; account states those of today. What the database answers comes first, words last.
    """

    wilayah = _region(_("Kabupaten/kota"), "filter_region")
    kecamatan = _region(_("Kecamatan"), "filter_region")
    sim = _choice(
        _("Akun SIM"), SimState.choices, _("Pilih status yang ada di daftar."), method="filter_sim"
    )
    portal = _choice(
        _("Akun portal"),
        PortalState.choices,
        _("Pilih status yang ada di daftar."),
        method="filter_portal",
    )
    warna = _choice(
        _("Warna"), Colour.choices, _("Pilih warna yang ada di daftar."), method="filter_colour"
    )
    abu = _choice(
        _("Sebab abu-abu"), Grey.choices, _("Pilih sebab yang ada di daftar."), method="filter_grey"
    )
    kurang = _choice(
        _("Kurang satu komponen"),
        OnlyLacking.choices,
        _("Pilih komponen yang ada di daftar."),
        method="filter_lacking",
    )
    menunggu = _choice(
        _("Laporannya menunggu pemeriksaan"),
        [("ya", _("Ya"))],
        _("Pilih “Ya” atau “Semua”."),
        method="filter_awaited",
    )
    resmi = _choice(
        _("KPI resmi SIM"),
        [*Colour.choices, (NO_OFFICIAL, _("Belum ada skor"))],
        _("Pilih warna yang ada di daftar."),
        method="filter_official",
    )
    milik = _choice(
        _("Milik"),
        [("sendiri", _("Wilayah ini sendiri"))],
        _("Pilih “Wilayah ini sendiri” atau “Semua”."),
        method="filter_own",
    )
    status = _choice(
        _("Keikutsertaan"),
        TakesPart.choices,
        _("Pilih keikutsertaan yang ada di daftar."),
        method="filter_taking_part",
    )
    angkatan = _cohort(_("Angkatan"), "filter_cohort")
    di_luar = _cohort(_("Di luar angkatan"), "filter_outside_cohort")
    cari = django_filters.CharFilter(label=_("Cari"), method="filter_words")

    def __init__(self, *args: Any, through: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.through = through

    def filter_queryset(self, queryset: LibraryQuerySet) -> LibraryQuerySet:
        """Who takes part at the end of the period, unless others are asked for. A district is
        forgotten when another regency is chosen beside it."""
        asked = self.form.cleaned_data
        regency, district = asked.get("wilayah"), asked.get("kecamatan")
        if regency and district and not f"{district.code}.".startswith(f"{regency.code}."):
            asked["kecamatan"] = None
        if not asked.get("status"):
            queryset = queryset.partners_on(periods.last_day(self.through))
        found: LibraryQuerySet = super().filter_queryset(queryset)
        return found

    def filter_words(self, libraries: LibraryQuerySet, name: str, value: str) -> LibraryQuerySet:
        return libraries.called(value)

    def filter_region(
        self, libraries: LibraryQuerySet, name: str, value: Region
    ) -> LibraryQuerySet:
        return libraries.within(value.code)

    def filter_cohort(
        self, libraries: LibraryQuerySet, name: str, value: Cohort
    ) -> LibraryQuerySet:
        return libraries_of(value, libraries)

    def filter_outside_cohort(
        self, libraries: LibraryQuerySet, name: str, value: Cohort
    ) -> LibraryQuerySet:
        """The others of its region, with whom its page compares it."""
        return others_than(value, libraries)

    def filter_colour(self, libraries: LibraryQuerySet, name: str, value: str) -> LibraryQuerySet:
        found = figures.colours(libraries, self.through)
        return libraries.filter(pk__in=[pk for pk, colour in found.items() if colour == value])

    def filter_grey(self, libraries: LibraryQuerySet, name: str, value: str) -> LibraryQuerySet:
        found = figures.colours(libraries, self.through)
        why = greys(libraries, self.through, found)
        return libraries.filter(pk__in=[pk for pk, grey in why.items() if grey == value])

    def filter_lacking(self, libraries: LibraryQuerySet, name: str, value: str) -> LibraryQuerySet:
        component = Component[OnlyLacking(value).name]
        found = lacking_one(libraries, self.through)
        return libraries.filter(pk__in=[pk for pk, one in found.items() if one == component])

    def filter_awaited(self, libraries: LibraryQuerySet, name: str, value: str) -> LibraryQuerySet:
        return awaited(libraries, self.through)

    def filter_official(self, libraries: LibraryQuerySet, name: str, value: str) -> LibraryQuerySet:
        wanted = "" if value == NO_OFFICIAL else value
        found = official_by_library(libraries, periods.last_day(self.through))
        return libraries.filter(
            pk__in=[pk for pk, (colour, _day) in found.items() if colour == wanted]
        )

    def filter_own(self, libraries: LibraryQuerySet, name: str, value: str) -> LibraryQuerySet:
        """The libraries of the chosen region that belong to none of its parts."""
        region = self.form.cleaned_data.get("wilayah")
        if region is None:
            return libraries
        path = "regency" if region.level == Level.PROVINCE else "region"
        return libraries.filter(**{path: region})

    def filter_sim(self, libraries: LibraryQuerySet, name: str, value: str) -> LibraryQuerySet:
        state = SimAccount.objects.latest_state(timezone.localdate())
        stated = libraries.alias(sim_state_now=Subquery(state))
        if value == SimState.NOT_PROPOSED:
            return stated.filter(Q(sim_state_now=value) | Q(sim_state_now__isnull=True))
        return stated.filter(sim_state_now=value)

    def filter_portal(self, libraries: LibraryQuerySet, name: str, value: str) -> LibraryQuerySet:
        """Somebody can sign in; else a code is good today; else there is nothing."""
        active = queries.letters_barred(Library.objects.all()).values("pk")
        if value == PortalState.ACTIVE:
            return libraries.filter(pk__in=active)
        waiting = libraries.exclude(pk__in=active)
        invited = Exists(Activation.objects.valid().filter(library=OuterRef("pk")))
        return waiting.filter(invited if value == PortalState.INVITED else ~invited)

    def filter_taking_part(
        self, libraries: LibraryQuerySet, name: str, value: str
    ) -> LibraryQuerySet:
        if value == TakesPart.NO:
            return libraries.inactive_on(periods.last_day(self.through))
        return libraries


# --- What there is to choose from -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Places:
    """Regencies where somebody works in several, and districts of the one that is chosen."""

    regencies: Iterable[Region]
    districts: Iterable[Region]

    @classmethod
    def offered(cls, visible: RegionQuerySet, chosen: Region | None) -> "Places":
        regencies = list(visible.regencies().order_by("code"))
        regency = regencies[0] if len(regencies) == 1 else None
        if chosen is not None and chosen.level >= Level.REGENCY:
            regency = _regency_of(chosen)
        districts = visible.filter(level=Level.DISTRICT)
        return cls(
            regencies=regencies if len(regencies) > 1 else (),
            districts=districts.filter(parent=regency).order_by("code") if regency else (),
        )


def _regency_of(region: Region) -> Region | None:
    above: Region | None = region
    while above is not None and above.level > Level.REGENCY:
        above = above.parent
    return above


def offered_tags(libraries: LibraryQuerySet) -> list[str]:
    """Each tag once, however it is spelled."""
    tagged = libraries.exclude(tags=[]).order_by().values_list("tags", flat=True).distinct()
    by_key = {texts.key(tag): tag for tags in tagged for tag in tags}
    return sorted(by_key.values(), key=texts.key)
