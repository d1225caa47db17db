"""How much of what: what needs, offers and commitments have in common."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from stakeholders.enums import PartnershipKind
from stakeholders.services.partnerships import MOST_RUPIAH


class MovedOn(Exception):
    """Somebody else was quicker: what was to be changed is no longer in the state for it."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in whole Rupiah, or what it is worth; anything else counted in ``unit``."""

    rupiah: int | None = None
    quantity: int | None = None
    unit: str = ""


def problems_of(kind: str, amount: Amount) -> dict[str, str]:
    """By field; money has a value, and what is counted a unit."""
    found = {}
    if kind == PartnershipKind.MONEY and not amount.rupiah:
        found["rupiah"] = _("Isi nilai uangnya dalam Rupiah.")
    elif amount.rupiah is not None and not 0 < amount.rupiah <= MOST_RUPIAH:
        found["rupiah"] = _("Nilai ini tidak wajar: lebih dari nol, paling banyak Rp100 miliar.")
    if amount.quantity == 0:
        found["quantity"] = _("Isi jumlahnya lebih dari nol, atau kosongkan.")
    if amount.quantity and not amount.unit.strip():
        found["unit"] = _("Isi satuannya, misalnya “buku”.")
    return found


def refuse(problems: dict[str, str]) -> None:
    if problems:
        raise ValidationError(problems)


def check_reason(reason: str) -> str:
    text = " ".join(reason.split())
    if not text:
        raise ValidationError({"reason": _("Tulis alasannya.")})
    return text
