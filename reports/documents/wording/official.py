"""How official papers say numbers, days and offices: repeated in words."""

from datetime import date

from django.utils.formats import date_format
from lokal import format_rupiah, terbilang

from libraries.enums import Level
from libraries.models import Region


def money_in_words(rupiah: int) -> str:
    """``Rp1.500.000 (satu juta lima ratus ribu rupiah)``"""
    return f"{format_rupiah(rupiah)} ({terbilang(rupiah, currency=True)})"


def day_in_words(day: date) -> str:
    """``Senin, tanggal dua puluh dua, bulan November, tahun dua ribu dua puluh enam``"""
    return (
        f"{date_format(day, 'l')}, tanggal {terbilang(day.day)}, bulan {date_format(day, 'F')}, "
        f"tahun {terbilang(day.year)}"
    )


def head_of_region(region: Region) -> str:
    """Who decrees there: “Gubernur Jawa Timur”, “Bupati Lumajang”, “Wali Kota Blitar”."""
    if region.level == Level.PROVINCE:
        return f"Gubernur {region.name.removeprefix('Provinsi ')}"
    if region.title.startswith("Kota "):
        return f"Wali Kota {region.title.removeprefix('Kota ')}"
    return f"Bupati {region.title.removeprefix('Kabupaten ')}"


def regency_or_above(region: Region) -> Region:
    """The regency or province that a place's papers stand under."""
    while region.level > Level.REGENCY and region.parent is not None:
        region = region.parent
    return region
