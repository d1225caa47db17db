"""A code is used: once, in time, by whoever holds the letter."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from axes.models import AccessFailureLog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from libraries import codes, queries
from libraries.models import Activation, Assignment, Library
from libraries.services.names import number_of, refuse_taken
from libraries.services.people import assign
from tpbis.accounts import audit
from tpbis.accounts import queries as accounts_queries
from tpbis.accounts import services as accounts
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import texts

if TYPE_CHECKING:
    from django.db.models import QuerySet


class BadCode(Exception):
    """The code lets nobody in. The message says why to whoever typed it: of a code that never was,
    nothing; of one that was, only what its holder may know."""


class WrongCode(BadCode):
    def __init__(self) -> None:
        super().__init__(_("Kode ini tidak dikenal. Periksa lagi huruf dan angkanya di surat."))


class ExpiredCode(BadCode):
    def __init__(self, activation: Activation) -> None:
        day = date_format(timezone.localtime(activation.expires_at), "j F Y")
        text = _("Kode ini berlaku sampai %(day)s. Minta kode baru kepada PIC kabupaten/kota Anda.")
        super().__init__(text % {"day": day})


class UsedCode(BadCode):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Kode ini sudah dipakai. Masuklah dengan nomor telepon Anda; bila bukan Anda yang "
                "memakainya, segera hubungi PIC kabupaten/kota."
            )
        )


class RevokedCode(BadCode):
    def __init__(self) -> None:
        super().__init__(
            _("Kode ini sudah tidak berlaku lagi. Minta kode baru kepada PIC kabupaten/kota Anda.")
        )


def find(code: str, *, at: datetime | None = None) -> Activation:
    """The activation of a code that still lets somebody in. Raises ``BadCode``."""
    activation = _by_code(code)
    _check(activation, at or timezone.now())
    return activation


def redeem(
    *, code: str, full_name: str, phone: str, password: str, at: datetime | None = None
) -> User:
    """The holder of ``code`` gets in: for a library as its librarian from today on, for an account
    with a new password, and whoever was signed in with the old one is out.

    Raises ``BadCode``, and ``ValidationError`` naming the field.
    """
    given = {"full_name": texts.plain(full_name), "phone": phone, "password": password}
    at = at or timezone.now()
    try:
        return _redeem(code, at, **given)
    except IntegrityError:  # somebody took that name or number a moment ago: now it is seen
        return _redeem(code, at, **given)


@transaction.atomic
def _redeem(code: str, at: datetime, *, full_name: str, phone: str, password: str) -> User:
    found = _by_code(code)
    # The library first, as whoever gives out codes does; of two who use one, the second waits here
    # and then finds it used.
    if found.library_id is not None:
        Library.objects.select_for_update(of=("self",)).get(pk=found.library_id)
    activation = (
        Activation.objects.select_for_update(of=("self",))
        .select_related("library__region", "user")
        .get(pk=found.pk)
    )
    _check(activation, at)
    user = activation.user or _librarian_to_be(activation, at)
    before = audit.values(user, ("full_name", "phone", "activated_at"))
    is_first = user.activated_at is None
    user.full_name = full_name or user.full_name
    user.phone = number_of(phone) or user.phone
    _check_person(user)
    user.activated_at = user.activated_at or at
    user.save()
    user = accounts.set_password(
        user=user, password=password, by=user, strengthened=_is_strengthened(user)
    )
    if activation.library is not None:
        day = timezone.localdate(at)
        assign(user=user, library=activation.library, starts_on=day, by=user)
    elif is_first:
        _begin_today(user, at)
    activation.used_at, activation.used_by = at, user
    activation.save(update_fields=["used_at", "used_by"])
    audit.record(
        "libraries.redeem_code",
        by=user,
        subject=activation,
        about=activation.library or user,
        changes=audit.difference(before, audit.values(user, before)),
        person=user,
    )
    return user


def _by_code(code: str) -> Activation:
    activation = (
        Activation.objects.filter(code_hash=codes.hash_of(code))
        .select_related("library__region__parent", "library__regency", "user")
        .first()
    )
    if activation is None:
        raise WrongCode
    return activation


def _check(activation: Activation, at: datetime) -> None:
    if activation.used_at is not None:
        raise UsedCode
    if activation.revoked_at is not None:
        raise RevokedCode
    if activation.expires_at <= at:
        raise ExpiredCode(activation)
    if activation.user is not None and not activation.user.is_active:
        raise RevokedCode
    if activation.library is not None and queries.has_account(activation.library):
        raise RevokedCode


def _librarian_to_be(activation: Activation, at: datetime) -> User:
    """Named after the village: people go, the village stays."""
    assert activation.library is not None
    user = User(
        username=queries.free_username(activation.library.region.short_name),
        role=Role.LIBRARIAN,
        created_at=at,
    )
    user.set_unusable_password()
    return user


def _check_person(user: User) -> None:
    missing = {}
    if not user.full_name:
        missing["full_name"] = _("Isi nama lengkap.")
    if not user.phone:
        missing["phone"] = _("Isi nomor telepon.")
    if missing:
        raise ValidationError(missing)
    user.full_clean(exclude=["password"], validate_constraints=False)
    refuse_taken(user)


def _is_strengthened(user: User) -> bool:
    """A librarian's phone is bound in the same step; others may have a second factor."""
    return user.is_librarian or accounts_queries.has_second_factor(user)


def _begin_today(user: User, at: datetime) -> None:
    """Nobody worked there before the account was first used: the figures count it from today."""
    today = timezone.localdate(at)
    places = Assignment.objects.lasting().filter(user=user, starts_on__lt=today)
    places.update(starts_on=today)


# --- Guessing -------------------------------------------------------------------------------------

MOST_WRONG = 20
WITHIN = timedelta(minutes=15)
_GUESS = "aktivasi"  # where a failed sign-in has its user name


class TooManyWrong(Exception):
    """Somebody at this address is guessing."""

    def __init__(self) -> None:
        text = _("Terlalu banyak kode keliru dari jaringan ini. Tunggu 15 menit, lalu coba lagi.")
        super().__init__(text)


def note_wrong_code(*, address: str | None, page: str = "/aktivasi/") -> None:
    """Counted in the table that axes has for failed sign-ins and leaves empty here: every web
    process sees the same count, and no table of our own is needed. The code itself is not kept."""
    _guesses().filter(attempt_time__lt=timezone.now() - WITHIN).delete()
    AccessFailureLog.objects.create(username=_GUESS, ip_address=address, path_info=page)


def refuse_guessing(*, address: str | None) -> None:
    """Raises ``TooManyWrong``."""
    lately = _guesses().filter(ip_address=address, attempt_time__gte=timezone.now() - WITHIN)
    if lately.count() >= MOST_WRONG:
        raise TooManyWrong


def _guesses() -> "QuerySet[Any]":
    guesses: QuerySet[Any] = AccessFailureLog.objects.filter(username=_GUESS)
    return guesses
