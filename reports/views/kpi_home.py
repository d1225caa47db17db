"""Where the KPI begins: what it says now, when it was last closed and counted, and its pages."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpi import queries as kpi
from kpi.enums import Colour, RunState
from kpi.models import Closing, Run
from libraries.models import Library, Region
from reports import charts, figures, summaries
from reports.views.places import told
from tpbis.accounts.enums import Role
from tpbis.core.http import reads
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

_PROVINCE = frozenset({Role.PROVINCE_STAFF, Role.PROVINCE_VIEWER})
_ALL = frozenset(Role) - {Role.LIBRARIAN, Role.SUPPORTER}


@dataclass(frozen=True, slots=True)
class Way:
    """A page of the KPI, and what one comes there for. Roles are those of the policy."""

    route: str
    icon: str
    name: str | Promise
    text: str | Promise
    roles: frozenset[Role] = _ALL

    @property
    def url(self) -> str:
        """Nothing while the page is not there."""
        try:
            return reverse(self.route)
        except NoReverseMatch:
            return ""


WAYS = [
    Way(
        "reports:what_if",
        "score",
        _("Simulasi"),
        _("Lihat warna seandainya perpustakaan yang terdekat mencatat sedikit lagi."),
    ),
    Way(
        "reports:closings",
        "lock",
        _("Penutupan"),
        _("Warna yang dibekukan setiap bulan, dan apa yang bergerak sejak itu."),
    ),
    Way(
        "reports:official",
        "review",
        _("Skor resmi SIM"),
        _("Bandingkan skor portal dengan skor resmi SIM yang sudah diimpor."),
    ),
    Way(
        "reports:awards",
        "award",
        _("Penghargaan"),
        _("Perpustakaan hijau yang memenuhi syarat, dan keputusan provinsi."),
    ),
    Way(
        "kpi:rules",
        "follow",
        _("Aturan"),
        _("Versi aturan yang dipakai menghitung warna, dari yang pertama sampai sekarang."),
    ),
    Way(
        "kpi:runs",
        "trail",
        _("Perhitungan"),
        _("Kapan semua skor terakhir dihitung, berapa lama, dan apa yang berubah."),
        _PROVINCE,
    ),
    Way(
        "kpi:explained",
        "help",
        _("Cara hitung skor"),
        _("Penjelasan untuk siapa saja, dengan contoh hitungan. Boleh dibagikan."),
    ),
]


@reads
def kpi_home(request: "SignedInRequest") -> HttpResponse:
    period = Period.opening()
    libraries = Library.objects.visible_to(request.user)
    counts = figures.colour_counts(libraries, period.end)
    rule_sets = kpi.rule_sets_on(period.last_day).values()
    region = Region.objects.visible_to(request.user).order_by("level", "code").first()
    versions = sorted({rules.version for rules in rule_sets if rules.version})
    as_of = timezone.now()
    return render(
        request,
        "reports/kpi_home.html",
        {
            "region": region,
            "period": period,
            "as_of": as_of,
            "counts": counts,
            "colours": [(colour.value, getattr(counts, colour)) for colour in Colour],
            "bar": charts.colour_bar(counts),
            "rule_versions": versions,
            "summary": summaries.colours(told(request.user), counts, period, versions, as_of=as_of),
            "closing": Closing.objects.order_by("-through").first(),
            "run": Run.objects.filter(state=RunState.DONE).order_by("-finished_at").first(),
            "ways": [way for way in WAYS if request.user.role in way.roles and way.url],
        },
    )
