"""Accounts with their places: who begins, moves, leaves, and judges for somebody else."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from libraries import permissions, queries
from libraries.enums import LEVELS_OF_ROLE
from libraries.models import Activation, Assignment, Library, Region
from libraries.services import activation
from libraries.services.names import check_username, number_of, refuse_taken
from tpbis.accounts import audit
from tpbis.accounts import services as accounts
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import texts

LONGEST_DELEGATION = timedelta(days=365)


class AlreadyThere(Exception):
    """Somebody is to move to where they are."""

    def __init__(self) -> None:
        super().__init__(_("Orang ini sudah bertugas di tempat itu."))


# --- Accounts that begin --------------------------------------------------------------------------


@transaction.atomic
def assign(
    *,
    user: User,
    region: Region | None = None,
    library: Library | None = None,
    starts_on: date,
    ends_on: date | None = None,
    may_review: bool = False,
    by: User | None = None,
) -> Assignment:
    """Let ``user`` work for a region or a library from ``starts_on`` on."""
    assignment = Assignment(
        user=user,
        region=region,
        library=library,
        starts_on=starts_on,
        ends_on=ends_on,
        may_review=may_review,
    )
    assignment.full_clean()
    assignment.save()
    place = {"region": region, "library": library, "may_review": may_review}
    days = {"starts_on": starts_on, "ends_on": ends_on}
    audit.record(
        "libraries.assign",
        by=by,
        subject=user,
        about=library,
        changes=audit.difference({"may_review": False}, {**place, **days}),
    )
    return assignment


@transaction.atomic
def create_account(
    *,
    username: str,
    role: Role,
    full_name: str,
    password: str,
    region: Region | None = None,
    library: Library | None = None,
    starts_on: date,
    by: User | None = None,
) -> User:
    """An account with its place. Raises ``ValidationError`` naming the field."""
    user = User(username=username, role=role, full_name=full_name, activated_at=timezone.now())
    user.set_password(password)
    user.full_clean(exclude=["password"])
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise ValidationError({"password": weak.messages}) from None
    user.save()
    _note_new(user, library, by)
    assign(user=user, region=region, library=library, starts_on=starts_on, by=by)
    return user


@transaction.atomic
def invite(
    *,
    role: Role,
    full_name: str,
    username: str = "",
    phone: str = "",
    email: str = "",
    region: Region | None = None,
    library: Library | None = None,
    by: User | None,
    at: datetime | None = None,
) -> Activation:
    """An account with its place and no password yet, and the code by which its owner chooses one.
    Raises ``ValidationError`` naming the field, ``PermissionDenied`` for a role not kept."""
    _check_place(role=role, region=region, library=library, by=by)
    at = at or timezone.now()
    full_name = texts.plain(full_name)
    user = User(
        username=username.strip().lower() or _suggested(role, region, library, full_name),
        full_name=full_name,
        role=role,
        phone=number_of(phone),
        email=email.strip(),
        created_at=at,
    )
    user.set_unusable_password()
    check_username(user.username)
    user.full_clean(exclude=["password"], validate_constraints=False)
    refuse_taken(user)
    user.save()
    _note_new(user, library, by)
    assign(user=user, region=region, library=library, starts_on=timezone.localdate(at), by=by)
    return activation.issue(user=user, by=by or user, at=at)


def _suggested(role: Role, region: Region | None, library: Library | None, full_name: str) -> str:
    """After the place, which stays when people go; in the province's office after the person."""
    if library is not None:
        return queries.free_username(library.region.short_name)
    short = {Role.REGENCY_PIC: "pic", Role.FACILITATOR: "fasda"}.get(role)
    if short and region is not None:
        return queries.free_username(f"{short} {region.short_name}")
    return queries.free_username(" ".join(full_name.split(",")[0].split()[:2]))


def _note_new(user: User, library: Library | None, by: User | None) -> None:
    said = audit.values(user, ("username", "full_name", "role", "phone", "email"))
    given = {field: value for field, value in said.items() if value}
    audit.record(
        "accounts.create", by=by, subject=user, about=library, changes=audit.difference({}, given)
    )


def _check_place(
    *, role: Role, region: Region | None, library: Library | None, by: User | None
) -> None:
    """A librarian works for a library, others for a region of their level, within one's own."""
    if by is not None and role not in permissions.roles_kept_by(by):
        raise PermissionDenied
    if role == Role.LIBRARIAN:
        if library is None or region is not None:
            raise ValidationError({"library": _("Pilih perpustakaannya.")})
        if by is not None and not permissions.can_let_in(by, library):
            raise ValidationError({"library": _("Pilih perpustakaan di wilayah Anda.")})
        return
    if region is None or library is not None or region.level not in LEVELS_OF_ROLE.get(role, ()):
        raise ValidationError({"region": _("Wilayah ini tidak sesuai dengan perannya.")})
    if by is not None and not Region.objects.visible_to(by).filter(pk=region.pk).exists():
        raise ValidationError({"region": _("Pilih wilayah tugas Anda.")})


# --- Accounts that change and end -----------------------------------------------------------------


def change_person(*, user: User, by: User, **fields: Any) -> User:
    """Correct name, user name, phone or e-mail. Raises ``ValidationError`` naming the field."""
    _keep(by, user)
    if fields.get("username", user.username) != user.username:
        check_username(fields["username"])
    return accounts.change_profile(user=user, by=by, **fields)


@transaction.atomic
def close_account(*, user: User, by: User, at: datetime | None = None) -> User:
    """Signed out everywhere at once, codes dead, places left; what they did stays with the
    libraries. Raises ``accounts.LastAdministrators``."""
    _keep(by, user)
    return _close_account(user, by, at or timezone.now())


@transaction.atomic
def reopen_account(*, user: User, by: User) -> User:
    """May sign in again, with the old password; places have to be given anew."""
    _keep(by, user)
    return accounts.reactivate(user=user, by=by)


@transaction.atomic
def move(
    *,
    user: User,
    role: Role,
    region: Region | None = None,
    library: Library | None = None,
    in_addition: bool = False,
    by: User,
    at: datetime | None = None,
) -> Assignment:
    """Work for another place from today on, in another role perhaps; the places until now are left
    at once unless the new one comes ``in_addition``. Raises ``AlreadyThere`` and
    ``ValidationError`` naming the field."""
    _keep(by, user)
    _check_place(role=role, region=region, library=library, by=by)
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if in_addition and role != user.role:
        raise ValidationError({"role": _("Tempat tambahan hanya untuk peran yang sama.")})
    today = timezone.localdate(at)
    places = list(Assignment.objects.lasting().filter(user=user).order_by("pk"))
    if any(_is_at(place, region, library) for place in places) and role == user.role:
        raise AlreadyThere
    if not in_addition:
        for place in places:
            _leave(place, today, by)
    if role != user.role:
        user = accounts.change_role(user=user, role=role, by=by)
    return assign(user=user, region=region, library=library, starts_on=today, by=by)


@transaction.atomic
def end_assignment(*, assignment: Assignment, by: User, at: datetime | None = None) -> None:
    """Somebody leaves one place; the account stays, and its other places."""
    if not permissions.can_end(by, assignment):
        raise PermissionDenied
    others = Assignment.objects.lasting().filter(user=assignment.user).exclude(pk=assignment.pk)
    if assignment.user.role == Role.PROVINCE_STAFF and not others.exists():
        raise ValidationError(_("Staf provinsi tidak bisa tanpa tempat tugas: nonaktifkan saja."))
    _leave(assignment, timezone.localdate(at), by)


@transaction.atomic
def reset_second_factor(*, user: User, by: User) -> None:
    """For whoever lost the phone with the second factor: it is set up anew at the next sign-in."""
    _keep(by, user)
    accounts.reset_second_factor(user=user, by=by)


@transaction.atomic
def hand_over(
    *,
    library: Library,
    recipient_name: str = "",
    recipient_phone: str = "",
    by: User,
    at: datetime | None = None,
) -> Activation:
    """From now on somebody else looks after ``library``: whoever did is out at once (the account is
    closed unless it serves another place, too), and a new code makes the next one's account."""
    if not permissions.can_let_in(by, library):
        raise PermissionDenied
    at = at or timezone.now()
    Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    for place in queries.librarians_of(library):
        elsewhere = Assignment.objects.lasting().filter(user=place.user).exclude(pk=place.pk)
        if elsewhere.exists():
            _leave(place, timezone.localdate(at), by)
        else:
            _close_account(place.user, by, at)
    return activation.issue(
        library=library,
        recipient_name=recipient_name,
        recipient_phone=recipient_phone,
        by=by,
        at=at,
    )


def _keep(by: User, user: User) -> None:
    if not permissions.can_keep(by, user):
        raise PermissionDenied


def _close_account(user: User, by: User, at: datetime) -> User:
    user = accounts.deactivate(user=user, by=by)
    activation.revoke_open(user=user, by=by, at=at)
    for place in Assignment.objects.lasting().filter(user=user).order_by("pk"):
        _leave(place, timezone.localdate(at), by)
    return user


def _leave(place: Assignment, today: date, by: User) -> None:
    """Yesterday was the last day, so that nothing of it is left today; a place that was taken up
    today, or not yet, never was."""
    before, last = place.ends_on, today - timedelta(days=1)
    if place.starts_on > last:
        place.delete()
        last = today
    else:
        place.ends_on = last
        place.save(update_fields=["ends_on"])
    changes: dict[str, list[Any]] = {
        "region": [place.region, place.region],
        "ends_on": [before, last],
        "may_review": [place.may_review, False],
    }
    audit.record(
        "libraries.leave",
        by=by,
        subject=place.user,
        about=place.library,
        changes={name: pair for name, pair in changes.items() if any(pair)},
    )


def _is_at(place: Assignment, region: Region | None, library: Library | None) -> bool:
    if place.may_review:
        return False
    if library is not None:
        return place.library_id == library.pk
    return region is not None and place.region_id == region.pk


# --- Judging for a PIC ----------------------------------------------------------------------------


@transaction.atomic
def delegate_review(
    *, post: Assignment, ends_on: date, by: User, at: datetime | None = None
) -> Assignment:
    """The facilitator of ``post`` judges the reports of its regency, too, until ``ends_on``. Raises
    ``ValidationError`` naming the field."""
    is_theirs = queries.may_take_over_review(by).filter(pk=post.pk).exists()
    if not is_theirs or not permissions.keeps_people(by) or post.user_id == by.pk:
        raise PermissionDenied
    today = timezone.localdate(at)
    if not today <= ends_on <= today + LONGEST_DELEGATION:
        latest = date_format(today + LONGEST_DELEGATION, "j F Y")
        raise ValidationError(
            {"ends_on": _("Pilih tanggal antara hari ini dan %(latest)s.") % {"latest": latest}}
        )
    User.objects.select_for_update(of=("self",)).get(pk=post.user_id)
    there = Assignment.objects.lasting().filter(
        user=post.user_id, region=post.region_id, may_review=True
    )
    if already := there.first():
        until = date_format(already.ends_on, "j F Y") if already.ends_on else _("dicabut")
        raise ValidationError(
            {"post": _("Sudah dilimpahkan sampai %(until)s. Akhiri dahulu.") % {"until": until}}
        )
    return assign(
        user=post.user,
        region=post.region,
        starts_on=today,
        ends_on=ends_on,
        may_review=True,
        by=by,
    )


@transaction.atomic
def end_delegation(*, delegation: Assignment, by: User, at: datetime | None = None) -> None:
    """The PIC judges alone again."""
    is_theirs = queries.delegations(by).filter(pk=delegation.pk).exists()
    if not is_theirs or not permissions.can_end(by, delegation):
        raise PermissionDenied
    _leave(delegation, timezone.localdate(at), by)
