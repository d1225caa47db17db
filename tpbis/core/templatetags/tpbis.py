"""Numbers, money, months and colours as people in the province write them."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from lokal import format_rupiah, terbilang

from tpbis.core import periods

register = template.Library()

NOTHING = "–"  # "nothing asked" is not 0


@register.filter
def angka(value: int | float | None, decimals: int = 0) -> str:
    """``8781`` as ``8.781``; ``None`` as a dash."""
    if value is None:
        return NOTHING
    return number_format(value, decimals, use_l10n=True, force_grouping=True)


@register.filter
def persen(numerator: int | None, denominator: int | None) -> str:
    """``12|persen:17`` as ``70,6%``; a dash when nothing was asked."""
    if not denominator or numerator is None:
        return NOTHING
    # number_format cuts off; people round.
    return f"{number_format(round(100 * numerator / denominator, 1), 1, use_l10n=True)}%"


@register.filter
def dengan_huruf(value: int) -> str:
    """``96`` as ``96 (sembilan puluh enam)``: official sentences repeat a number in words."""
    return f"{angka(value)} ({terbilang(value)})"


@register.filter
def rupiah(value: int | None) -> str:
    """``1500000`` as ``Rp1.500.000``."""
    return NOTHING if value is None else format_rupiah(value)


@register.filter
def poin(milli: int | None) -> str:
    """Points in thousandths, rounded down to a whole point for display."""
    return NOTHING if milli is None else angka(milli // 1000)


@register.filter
def selisih_poin(milli: int | None) -> str:
    """A difference in thousandths of a point, to a tenth and with its sign: ``+2,9``, ``−0,4``."""
    if milli is None:
        return NOTHING
    sign = "+" if round(milli / 100) > 0 else "−" if round(milli / 100) < 0 else ""
    return f"{sign}{besar_poin(abs(milli))}"


@register.filter
def besar_poin(milli: int | None) -> str:
    """A distance in thousandths of a point, rounded to a tenth: ``2,9``."""
    return NOTHING if milli is None else angka(round(milli / 100) / 10, 1)


@register.filter
def bulan(month: date) -> str:
    return periods.written(month)


@register.filter
def bulan_singkat(month: date) -> str:
    return date_format(month, "M Y")


@register.filter
def kode_bulan(month: date) -> str:
    return periods.month_code(month)


@register.filter
def tanggal(day: date) -> str:
    """``17 Juli 2026``."""
    return date_format(day, "j F Y")


@register.filter
def waktu(moment: datetime) -> str:
    """``17 Juli 2026 14.32 WIB``."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'j F Y H.i')} WIB"


@register.filter
def lama(seconds: float | None) -> str:
    """``75`` as ``1 menit 15 detik``, ``4.52`` as ``4,5 detik``; ``None`` as a dash."""
    if seconds is None:
        return NOTHING
    if seconds < 10:
        decimals = 1 if seconds >= 1 else 2
        return _("%(count)s detik") % {"count": angka(round(seconds, decimals), decimals)}
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)s jam %(minutes)s menit") % {"hours": angka(hours), "minutes": minutes}
    if minutes:
        return _("%(minutes)s menit %(count)s detik") % {"minutes": minutes, "count": rest}
    return _("%(count)s detik") % {"count": rest}


@register.filter
def selisih(now: int, before: int) -> str:
    """How far ``now`` is from ``before``, with its sign: ``+12``, ``−3``, ``tetap``."""
    change = now - before
    if change == 0:
        return _("tetap")
    return f"+{angka(change)}" if change > 0 else f"−{angka(-change)}"


@register.filter
def ambil(mapping: dict[object, object], key: object) -> object:
    """The value of ``key``, for tables whose columns are data."""
    return mapping.get(key)
