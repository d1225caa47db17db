"""What a page says as one paragraph, to be pasted into a chat: figures, date and source.

From figures to plain text, nothing is counted here.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.enums import Kind
from reports.charts.months import grouped
from reports.figures import Activities, ColourCounts, Dashboard
from reports.figures.funnel import Funnel
from reports.figures.official import Comparison
from tpbis.core import periods
from tpbis.core.periods import Period
from tpbis.core.templatetags.tpbis import selisih_poin


def overview(dashboard: Dashboard) -> str:
    """A region's colours, indicators and reports in against the span before."""
    said = [_colours(dashboard), _green(dashboard), _indicators(dashboard)]
    done = dashboard.completeness
    if done.expected:
        said.append(
            _("Laporan masuk %(reported)s dari %(expected)s, %(on_time)s di antaranya tepat waktu.")
            % {
                "reported": grouped(done.reported),
                "expected": grouped(done.expected),
                "on_time": grouped(done.on_time),
            }
        )
    said.append(
        _("%(source)s, KPI portal s.d. %(month)s, aturan versi %(versions)s.")
        % {
            "source": source(dashboard.as_of),
            "month": periods.written(dashboard.period.end),
            "versions": ", ".join(str(version) for version in dashboard.rule_versions),
        }
    )
    return " ".join(said)


def activities(
    where: str, when: str, found: Activities, before: Activities, base: str, *, as_of: datetime
) -> str:
    """The entries of a region by kind, the leading field and audience, and who came."""
    said = [_kinds(where, when, found, before, base)]
    if leaders := _leaders(found):
        said.append(leaders)
    if attendance := _attendance(found):
        said.append(attendance)
    said.append(f"{source(as_of)}.")
    return " ".join(said)


def funnel(where: str, found: Funnel, *, as_of: datetime) -> str:
    """How far a place's partners have come, stage by stage."""
    stages = found.portal
    said = _(
        "%(where)s, %(day)s: %(inside)s dari %(all)s mitra dapat masuk ke portal (%(sum)s = belum "
        "ada akun + diundang + akun aktif + laporan pertama + rutin). Akun SIM aktif: %(sim)s."
    ) % {
        "where": where,
        "day": date_format(found.on, "j F Y"),
        "inside": grouped(stages.inside),
        "all": grouped(stages.total),
        "sum": stages.reconciliation,
        "sim": grouped(found.sim.active),
    }
    return f"{said} {source(as_of)}."


def colours(
    where: str, counts: ColourCounts, period: Period, versions: Sequence[int], *, as_of: datetime
) -> str:
    """How the partners of a place stand by the rules of the portal."""
    said = _("%(where)s: dari %(total)s mitra, %(green)s hijau (%(sum)s).") % {
        "where": where,
        "total": grouped(counts.total),
        "green": grouped(counts.green),
        "sum": counts.reconciliation,
    }
    by = _("%(source)s, KPI portal s.d. %(month)s, aturan versi %(versions)s.") % {
        "source": source(as_of),
        "month": periods.written(period.end),
        "versions": ", ".join(str(version) for version in versions),
    }
    return f"{said} {by}"


def official(where: str, found: Comparison, *, as_of: datetime) -> str:
    """How far the SIM's official scores and ours agree; they are never added up."""
    agreement = found.agreement
    said = [
        _(
            "%(where)s: skor resmi SIM dan KPI portal dibandingkan pada %(compared)s dari "
            "%(partners)s mitra; warnanya sama pada %(agreed)s, berbeda pada %(differ)s."
        )
        % {
            "where": where,
            "compared": grouped(agreement.compared),
            "partners": grouped(found.partners),
            "agreed": grouped(agreement.agreed),
            "differ": grouped(agreement.compared - agreement.agreed),
        }
    ]
    if agreement.mean_difference is not None:
        said.append(
            _("Selisih rata-rata KPI portal terhadap SIM %(points)s poin.")
            % {"points": selisih_poin(agreement.mean_difference)}
        )
    days = [date_format(day, "j F Y") for day in found.days]
    per = days[0] if len(days) == 1 else f"{days[0]} – {days[-1]}"
    said.append(
        _("%(source)s; skor resmi SIM per %(days)s, aturan portal versi %(versions)s.")
        % {
            "source": source(as_of),
            "days": per,
            "versions": ", ".join(str(version) for version in found.rule_versions),
        }
    )
    return " ".join(said)


def source(as_of: datetime) -> str:
    """“Sumber: Portal TPBIS, keadaan 22 November 2026 pukul 10.15 WIB”"""
    local = timezone.localtime(as_of)
    return _("Sumber: Portal TPBIS, keadaan %(day)s pukul %(hour)s WIB") % {
        "day": date_format(local, "j F Y"),
        "hour": date_format(local, "H.i"),
    }


def change(now: int, before: int) -> str:
    """“+12”, “−3” or “tetap”."""
    if now == before:
        return _("tetap")
    return f"+{grouped(now - before)}" if now > before else f"−{grouped(before - now)}"


# --- A region -------------------------------------------------------------------------------------


def _colours(dashboard: Dashboard) -> str:
    counts = dashboard.colours
    return _(
        "%(region)s, %(period)s: dari %(total)s mitra, %(green)s hijau, %(yellow)s kuning, "
        "%(red)s merah, %(grey)s abu-abu (%(sum)s)."
    ) % {
        "region": dashboard.region.title,
        "period": dashboard.period,
        "total": grouped(counts.total),
        "green": grouped(counts.green),
        "yellow": grouped(counts.yellow),
        "red": grouped(counts.red),
        "grey": grouped(counts.grey),
        "sum": counts.reconciliation,
    }


def _green(dashboard: Dashboard) -> str:
    now, before = dashboard.colours.green, dashboard.colours_before.green
    return _("Hijau s.d. %(base)s: %(before)s (%(change)s).") % {
        "base": periods.written(dashboard.before.end),
        "before": grouped(before),
        "change": change(now, before),
    }


def _indicators(dashboard: Dashboard) -> str:
    now, before = dashboard.totals, dashboard.totals_before
    return _(
        "Kunjungan %(visits)s (%(visits_change)s), pelibatan masyarakat %(involvement)s kegiatan "
        "(%(involvement_change)s) dengan %(participants)s peserta, kemitraan yang berlaku "
        "%(partnerships)s (%(partnerships_change)s), dibandingkan %(base)s."
    ) % {
        "visits": grouped(now.visits_total),
        "visits_change": change(now.visits_total, before.visits_total),
        "involvement": grouped(now.involvement),
        "involvement_change": change(now.involvement, before.involvement),
        "participants": grouped(now.participants),
        "partnerships": grouped(dashboard.partnerships),
        "partnerships_change": change(dashboard.partnerships, dashboard.partnerships_before),
        "base": dashboard.before,
    }


# --- Activities -----------------------------------------------------------------------------------


def _kinds(where: str, when: str, found: Activities, before: Activities, base: str) -> str:
    earlier = {kind.value: kind.entries for kind in before.kinds}
    kinds = ", ".join(
        f"{grouped(kind.entries)} {kind.label.lower()} "
        f"({change(kind.entries, earlier[kind.value])})"
        for kind in found.kinds
    )
    return _(
        "%(region)s, %(period)s: %(entries)s catatan kegiatan yang disetujui atau dari SIM: "
        "%(kinds)s, dibandingkan %(base)s."
    ) % {
        "region": where,
        "period": when,
        "entries": grouped(found.entries),
        "kinds": kinds,
        "base": base,
    }


def _leaders(found: Activities) -> str:
    """Of what there is most among the community's activities."""
    theme, audience = found.divided["theme"][0], found.divided["audience"][0]
    if not theme.entries:
        return ""
    total = next(kind.entries for kind in found.kinds if kind.value == Kind.INVOLVEMENT)
    return _(
        "Bidang terbanyak: %(theme)s (%(of_theme)s dari %(total)s kegiatan); "
        "sasaran terbanyak: %(audience)s (%(of_audience)s)."
    ) % {
        "theme": theme.label,
        "of_theme": grouped(theme.entries),
        "total": grouped(total),
        "audience": audience.label,
        "of_audience": grouped(audience.entries),
    }


def _attendance(found: Activities) -> str:
    people = found.attendance
    if not people.participants:
        return ""
    said = _("Peserta %(all)s orang") % {"all": grouped(people.participants)}
    if people.told:
        said += _("; dari %(told)s yang dirinci, %(women)s perempuan dan %(men)s laki-laki") % {
            "told": grouped(people.told),
            "women": grouped(people.women),
            "men": grouped(people.men),
        }
    return f"{said}."
