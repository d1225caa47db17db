"""One FilterSet of libraries serves the page and whatever else lists them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kpi.enums import Colour
from libraries.enums import Level, LibraryKind
from libraries.models import LibraryAlias, Region
from libraries.querysets import LibraryQuerySet, RegionQuerySet
from reports import figures


def _regions(request: HttpRequest | None) -> RegionQuerySet:
    """What may be asked for; without a request, nothing."""
    if request is None:
        return Region.objects.none()
    return Region.objects.visible_to(request.user).filter(level__lte=Level.DISTRICT)


class LibraryFilter(django_filters.FilterSet):
    """Always given libraries that may be seen; colours are those at the end of ``through``."""

    cari = django_filters.CharFilter(label=_("Cari"), method="filter_words")
    wilayah = django_filters.ModelChoiceFilter(
        label=_("Wilayah"),
        queryset=_regions,
        to_field_name="code",
        method="filter_region",
        error_messages={"invalid_choice": _("Pilih wilayah yang ada di daftar.")},
    )
    warna = django_filters.ChoiceFilter(
        label=_("Warna"),
        choices=Colour.choices,
        method="filter_colour",
        error_messages={"invalid_choice": _("Pilih warna yang ada di daftar.")},
    )
    jenis = django_filters.ChoiceFilter(
        label=_("Jenis"),
        field_name="kind",
        choices=LibraryKind.choices,
        error_messages={"invalid_choice": _("Pilih jenis yang ada di daftar.")},
    )

    def __init__(self, *args: Any, through: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.through = through

    def filter_words(self, libraries: LibraryQuerySet, name: str, value: str) -> LibraryQuerySet:
        """Every word occurs in the name, the village's name, the NPP or another name it has."""
        for word in value.split()[:8]:
            alias = LibraryAlias.objects.filter(library=OuterRef("pk"), name__icontains=word)
            libraries = libraries.filter(
                Q(name__icontains=word)
                | Q(region__name__icontains=word)
                | Q(npp__istartswith=word)
                | Exists(alias)
            )
        return libraries

    def filter_region(
        self, libraries: LibraryQuerySet, name: str, value: Region
    ) -> LibraryQuerySet:
        return libraries.within(value.code)

    def filter_colour(self, libraries: LibraryQuerySet, name: str, value: str) -> LibraryQuerySet:
        found = figures.colours(libraries, self.through)
        return libraries.filter(pk__in=[pk for pk, colour in found.items() if colour == value])


def offered_regions(visible: RegionQuerySet) -> Iterable[Region]:
    """Regions to choose from in a list: the parts of the widest place somebody works for."""
    widest = visible.order_by("level", "code").first()
    if widest is None or widest.level >= Level.DISTRICT:
        return []
    return visible.filter(level=widest.level + 1).order_by("code")
