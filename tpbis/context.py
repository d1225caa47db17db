"""What every template may rely on: whose portal it is, the menu, the languages."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from activities import permissions as review
from activities import queries
from libraries.models import Assignment
from tpbis import policy
from tpbis.accounts.enums import Role
from tpbis.accounts.http import is_half_way
from tpbis.accounts.models import User


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    short: str  # for the narrow tab bar
    icon: str
    url: str
    current: bool
    tab: bool = True
    count: int = 0


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool


def site(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    common = {"is_demo": settings.TPBIS_DEMO, "languages": settings.LANGUAGES}
    if not isinstance(user, User):
        return {
            **common,
            "place_name": _("Perpustakaan untuk kesejahteraan"),
            "nav_items": [],
            "synergy_tabs": [],
        }
    return {
        **common,
        "place_name": SimpleLazyObject(lambda: _place(user)),
        "nav_items": SimpleLazyObject(
            lambda: [] if is_half_way(request) else _menu(user, _where(request, user))
        ),
        "synergy_tabs": SimpleLazyObject(lambda: _synergy_tabs(user, request)),
    }


def _place(user: User) -> str:
    """Where the person works: the library, or the region."""
    assignment = (
        Assignment.objects.in_force()
        .filter(user=user)
        .select_related("library", "region")
        .order_by("pk")
        .first()
    )
    if assignment is None:
        return ""
    return str(assignment.library or assignment.region)


# Pages whose address does not begin with that of the menu's entry they belong to.
_BELONGS_TO = {
    "reports:region": "reports:dashboard",
    "reports:region_activities": "reports:dashboard",
    "reports:region_entries": "reports:dashboard",
    "reports:region_reporting": "reports:dashboard",
    "reports:region_movement": "reports:dashboard",
    "reports:region_support": "reports:dashboard",
    "reports:boundaries": "reports:dashboard",
    "reports:province_settings": "reports:dashboard",
    "reports:letters": "reports:funnel",
    "reports:letter_batches": "reports:funnel",
    "reports:letter_batch": "reports:funnel",
    "libraries:code": "libraries:people",
    "libraries:assignment_end": "libraries:people",
    "libraries:delegations": "libraries:people",
}


def _where(request: HttpRequest, user: User) -> str:
    """The page's address, or that of the menu's entry it belongs to."""
    view = request.resolver_match.view_name if request.resolver_match else ""
    if view in _BELONGS_TO:
        return reverse(_BELONGS_TO[view])
    if view == "reports:library" and user.is_librarian:
        return reverse("reports:my_rapor")
    return request.path


def _menu(user: User, path: str) -> list[NavItem]:
    entries = _librarian_entries() if user.role == Role.LIBRARIAN else _staff_entries(user)
    here = _longest_match(path, [url for *_rest, url, _count in entries])
    return [
        NavItem(label, short, icon, url, current=url == here, tab=icon in _TABS, count=count)
        for label, short, icon, url, count in entries
    ]


# The pages of the section "Sinergi", in the order of their tabs.
def _synergy_pages() -> list[tuple[str, str]]:
    return [
        (_("Lembaga"), "reports:organisations"),
        (_("Kebutuhan"), "stakeholders:needs"),
        (_("Penawaran"), "stakeholders:offers"),
        (_("Komitmen"), "stakeholders:commitments"),
        (_("Kemitraan"), "stakeholders:partnerships"),
        (_("Acara"), "stakeholders:events"),
        (_("Tindak lanjut acara"), "stakeholders:actions"),
        (_("Tim Sinergi"), "stakeholders:teams"),
        (_("Angkatan"), "reports:cohorts"),
    ]


def _synergy_tabs(user: User, request: HttpRequest) -> list[Tab]:
    found = [
        (label, reverse(route))
        for label, route in _synergy_pages()
        if route in policy.routes() and policy.permits(route, "GET", user.role)
    ]
    here = _longest_match(request.path, [url for _label, url in found])
    return [Tab(label, url, current=url == here) for label, url in found]


def _longest_match(path: str, urls: list[str]) -> str:
    return max((url for url in urls if path.startswith(url)), key=len, default="")


Entry = tuple[str, str, str, str, int]
_TABS = {
    "home",
    "plus",
    "dashboard",
    "report",
    "score",
    "help",
}  # five thumbs fit beside each other


def _librarian_entries() -> list[Entry]:
    return [
        (_("Beranda"), _("Beranda"), "home", reverse("reports:librarian_home"), 0),
        (_("Catat kegiatan"), _("Catat"), "plus", reverse("activities:record"), 0),
        (_("Laporan bulanan"), _("Laporan"), "report", reverse("activities:list"), 0),
        (_("Rapor"), pgettext("menu", "Rapor"), "score", reverse("reports:my_rapor"), 0),
        (_("Cerita"), _("Cerita"), "story", reverse("activities:stories"), 0),
        (_("Sinergi"), _("Sinergi"), "partners", reverse("stakeholders:needs"), 0),
        (_("Di ponsel ini"), _("Ponsel"), "phone", reverse("activities:shell"), 0),
        (_("Bantuan"), _("Bantuan"), "help", reverse("help"), 0),
    ]


_STAFF_HOMES = (
    "reports:province_home",
    "reports:leader_home",
    "reports:pic_home",
    "reports:facilitator_home",
    "reports:supporter_home",
)


# The pages of everyone who is no librarian, in the order of the menu; the policy says whose.
def _staff_pages() -> list[tuple[str, str, str, str]]:
    return [
        *((_("Beranda"), _("Beranda"), "home", route) for route in _STAFF_HOMES),
        (_("Dasbor"), _("Dasbor"), "dashboard", "reports:dashboard"),
        (_("Perpustakaan"), _("Perpustakaan"), "library", "reports:libraries"),
        (_("Laporan masuk"), _("Laporan"), "report", "activities:list"),
        (_("Tindak lanjut"), _("Tindak"), "follow", "reports:follow_up"),
        (_("KPI"), _("KPI"), "score", "reports:kpi_home"),
        (_("Sinergi"), _("Sinergi"), "partners", "reports:organisations"),
        (_("Akun perpustakaan"), _("Akun"), "key", "reports:funnel"),
        (_("Orang"), _("Orang"), "people", "libraries:people"),
        (_("Cerita"), _("Cerita"), "story", "activities:stories"),
        (_("Dokumen"), _("Dokumen"), "document", "reports:documents"),
        (_("Data SIM"), _("SIM"), "send", "activities:sim_imports"),
        (_("Jejak"), _("Jejak"), "trail", "accounts:audit"),
        (_("Bantuan"), _("Bantuan"), "help", "help"),
    ]


def _staff_entries(user: User) -> list[Entry]:
    entries: list[Entry] = [
        (label, short, icon, reverse(route), 0)
        for label, short, icon, route in _staff_pages()
        if policy.permits(route, "GET", user.role)
    ]
    if review.reviews_anywhere(user):
        waiting = queries.queue(user).order_by().count()
        queue = reverse("activities:queue")
        entries.insert(1, (_("Periksa"), _("Periksa"), "review", queue, waiting))
    return entries
