"""What people are looked for by; always given accounts that may be seen."""

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from lokal import normalize_phone

from libraries import queries
from libraries.enums import AccountState, Level
from libraries.models import Assignment, Library, Region
from libraries.querysets import RegionQuerySet
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import periods

_STATES = {
    AccountState.ACTIVE: Q(is_active=True, activated_at__isnull=False),
    AccountState.WAITING: Q(is_active=True, activated_at__isnull=True),
    AccountState.CLOSED: Q(is_active=False),
}


def _regencies(request: HttpRequest | None) -> RegionQuerySet:
    """What may be asked for; without a request, nothing."""
    if request is None:
        return Region.objects.none()
    return Region.objects.visible_to(request.user).regencies()


class PeopleFilter(django_filters.FilterSet):
    cari = django_filters.CharFilter(label=_("Cari"), method="filter_words")
    peran = django_filters.ChoiceFilter(
        label=_("Peran"),
        field_name="role",
        choices=Role.choices,
        error_messages={"invalid_choice": _("Pilih peran yang ada di daftar.")},
    )
    wilayah = django_filters.ModelChoiceFilter(
        label=_("Wilayah"),
        queryset=_regencies,
        to_field_name="code",
        method="filter_region",
        error_messages={"invalid_choice": _("Pilih wilayah yang ada di daftar.")},
    )
    keadaan = django_filters.ChoiceFilter(
        label=_("Keadaan"),
        choices=AccountState.choices,
        method="filter_state",
        error_messages={"invalid_choice": _("Pilih keadaan yang ada di daftar.")},
    )

    masuk = django_filters.ChoiceFilter(
        label=_("Pertama kali masuk"),
        choices=[("minggu", _("Pengelola, tujuh hari terakhir"))],
        method="filter_since",
        error_messages={"invalid_choice": _("Pilih waktu yang ada di daftar.")},
    )

    def filter_words(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """A phone number however it is written; else every word occurs in the name, the user name
        or the library."""
        if phone := normalize_phone(value):
            return people.filter(phone=phone)
        for word in value.split()[:8]:
            place = Assignment.objects.lasting().filter(
                Q(library__name__icontains=word) | Q(library__region__name__icontains=word),
                user=OuterRef("pk"),
            )
            people = people.filter(
                Q(full_name__icontains=word)
                | Q(username__icontains=word)
                | Q(phone__contains=word)
                | Exists(place)
            )
        return people

    def filter_region(self, people: QuerySet[User], name: str, value: Region) -> QuerySet[User]:
        """Who works there, or last did and now works nowhere."""
        here = Assignment.objects.filter(
            Q(region__in=Region.objects.within(value.code))
            | Q(library__in=Library.objects.within(value.code)),
            user=OuterRef("pk"),
        )
        anywhere = Assignment.objects.lasting().filter(user=OuterRef("pk"))
        return people.filter(Exists(here.lasting()) | (Exists(here) & ~Exists(anywhere)))

    def filter_state(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return people.filter(_STATES[AccountState(value)])

    def filter_since(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Of this week; of the libraries of whoever asks."""
        since = timezone.localdate() - periods.WEEK
        libraries = Library.objects.visible_to(self.request.user)
        return people.filter(pk__in=queries.librarians_since(since, libraries).values("pk"))


def offered_regencies(user: User) -> list[Region]:
    """Worth choosing among only where there are several."""
    found = list(
        Region.objects.visible_to(user).filter(level=Level.REGENCY).order_by("name", "code")
    )
    return found if len(found) > 1 else []
