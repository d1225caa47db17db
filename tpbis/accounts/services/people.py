"""Accounts that begin, change hands and end. Where somebody works is libraries' affair; whose
accounts somebody may keep, too: callers have asked."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from lokal import normalize_phone

from tpbis.accounts import audit
from tpbis.accounts.enums import DeviceEnd, Role
from tpbis.accounts.models import User
from tpbis.accounts.services.presence import end_everywhere
from tpbis.core import texts

LEAST_ADMINISTRATORS = 2
_PROFILE = ("username", "full_name", "phone", "email")


class LastAdministrators(Exception):
    """Province staff keeps the portal, and each recovers the other's second factor: two stay."""

    def __init__(self) -> None:
        super().__init__(
            _("Harus tetap ada dua staf provinsi yang aktif. Tambahkan staf provinsi lain dahulu.")
        )


@transaction.atomic
def deactivate(*, user: User, by: User | None) -> User:
    """Nobody signs in with this account any more; everything it did stays."""
    user, staff = _lock_with_staff(user)
    if not user.is_active:
        return user
    _leave_two(user, staff)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_everywhere(user=user, why=DeviceEnd.DEACTIVATED)
    audit.record("accounts.deactivate", by=by, subject=user, changes={"is_active": [True, False]})
    return user


@transaction.atomic
def reactivate(*, user: User, by: User | None) -> User:
    user = _lock(user)
    if user.is_active:
        return user
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("accounts.reactivate", by=by, subject=user, changes={"is_active": [False, True]})
    return user


@transaction.atomic
def change_role(*, user: User, role: Role, by: User | None) -> User:
    """Other work: whatever is open in the old role ends."""
    user, staff = _lock_with_staff(user)
    if user.role == role:
        return user
    if role not in Role.values:
        raise ValidationError({"role": _("Peran ini tidak dikenal.")})
    _leave_two(user, staff)
    before, user.role = user.role, Role(role)
    user.save(update_fields=["role"])
    end_everywhere(user=user, why=DeviceEnd.ROLE)
    audit.record(
        "accounts.change_role", by=by, subject=user, changes={"role": [before, user.role.value]}
    )
    return user


@transaction.atomic
def change_profile(*, user: User, by: User | None, **fields: Any) -> User:
    """Correct name, phone, e-mail or user name. Raises ``ValidationError`` naming the field."""
    if strange := set(fields) - set(_PROFILE):
        raise TypeError(f"No field of a profile: {', '.join(sorted(strange))}")
    user = _lock(user)
    before = audit.values(user, _PROFILE)
    for name, value in _tidied(fields).items():
        setattr(user, name, value)
    user.full_clean(exclude=["password"], validate_constraints=False)
    _refuse_taken(user)
    after = audit.values(user, _PROFILE)
    if changes := audit.difference(before, after):
        user.save(update_fields=list(changes))
        audit.record("accounts.change_profile", by=by, subject=user, changes=changes)
    return user


def _tidied(fields: dict[str, Any]) -> dict[str, str]:
    tidy = {name: texts.plain(value or "") for name, value in fields.items()}
    if tidy.get("phone"):
        phone = normalize_phone(tidy["phone"])
        if not phone:
            raise ValidationError(
                {"phone": _("Nomor telepon ini tidak dikenal. Tulis seperti 0812-3456-7890.")}
            )
        tidy["phone"] = phone
    return tidy


def _refuse_taken(user: User) -> None:
    others = User.objects.exclude(pk=user.pk)
    taken = {}
    as_phone = normalize_phone(user.username)  # nobody signs in by somebody else's number
    if others.filter(Q(username__iexact=user.username) | Q(phone=as_phone or "–")).exists():
        taken["username"] = _("Nama pengguna ini sudah dipakai.")
    if user.phone and others.filter(phone=user.phone).exists():
        taken["phone"] = _("Nomor telepon ini sudah dipakai akun lain.")
    if taken:
        raise ValidationError(taken)


def _leave_two(user: User, staff: list[User]) -> None:
    keeps = [one for one in staff if one.is_active and one.is_activated]
    if user in keeps and len(keeps) <= LEAST_ADMINISTRATORS:
        raise LastAdministrators


def _lock_with_staff(user: User) -> tuple[User, list[User]]:
    """Two of them closing each other's account at the same moment wait for one another here; all
    rows are locked in one order, so neither waits for ever."""
    rows = list(
        User.objects.select_for_update(of=("self",))
        .filter(Q(pk=user.pk) | Q(role=Role.PROVINCE_STAFF))
        .order_by("pk")
    )
    (locked,) = [row for row in rows if row.pk == user.pk]
    return locked, [row for row in rows if row.role == Role.PROVINCE_STAFF]


def _lock(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)
