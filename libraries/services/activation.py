"""Codes that let people in: given out, taken back, and used once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from libraries import codes, permissions, queries
from libraries.models import Activation, LetterBatch, Library, Region
from libraries.services.names import number_of
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import texts


class HaveAccounts(Exception):
    """Whoever looks after these libraries can sign in already."""

    SHOWN = 5

    def __init__(self, libraries: "Iterable[Library]") -> None:
        self.libraries = list(libraries)
        names = ", ".join(library.name for library in self.libraries[: self.SHOWN])
        rest = len(self.libraries) - self.SHOWN
        if rest > 0:
            names += " " + ngettext("dan %(rest)d lainnya", "dan %(rest)d lainnya", rest) % {
                "rest": rest
            }
        super().__init__(
            _("Sudah punya pengelola yang aktif: %(names)s. Pakai “Ganti pengelola” bila berganti.")
            % {"names": names}
        )


# --- Given out ------------------------------------------------------------------------------------


@transaction.atomic
def issue(
    *,
    library: Library | None = None,
    user: User | None = None,
    by: User,
    recipient_name: str = "",
    recipient_phone: str = "",
    batch: LetterBatch | None = None,
    at: datetime | None = None,
) -> Activation:
    """A code for the next librarian of ``library``, or for the owner of ``user``; an open older one
    is dead from now on. Raises ``HaveAccounts`` and ``ValidationError`` naming the field."""
    at = at or timezone.now()
    _may_issue(by, library, user)
    if library is not None:
        Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
        if queries.has_account(library):
            raise HaveAccounts([library])
    elif user is not None:
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if not user.is_active:
            raise ValidationError(_("Akun ini nonaktif. Aktifkan dahulu."))
    former = _revoke(Activation.objects.open().filter(library=library, user=user), by, at)
    activation = _made(library=library, user=user, batch=batch, by=by, at=at)
    activation.recipient_name = texts.plain(recipient_name)
    activation.recipient_phone = number_of(recipient_phone, "recipient_phone")
    activation.full_clean(validate_constraints=False)
    activation.save()
    audit.record(
        "libraries.issue_code",
        by=by,
        subject=activation,
        about=library or user,
        changes={"expires_at": [None, activation.expires_at], "replaces": [None, former]},
    )
    return activation


@transaction.atomic
def issue_letters(
    *, libraries: Iterable[Library], by: User, at: datetime | None = None
) -> list[LetterBatch]:
    """A code for each of ``libraries``, one batch a regency. All or none: raises ``HaveAccounts``
    naming those that need no letter."""
    at = at or timezone.now()
    wanted = Library.objects.filter(pk__in=[library.pk for library in libraries])
    chosen = list(
        wanted.select_related("regency").select_for_update(of=("self",)).order_by("name", "pk")
    )
    visible = Library.objects.visible_to(by).filter(pk__in=wanted.values("pk"))
    if not permissions.keeps_people(by) or visible.count() != len(chosen):
        raise PermissionDenied
    if in_already := list(queries.letters_barred(wanted).order_by("name", "pk")):
        raise HaveAccounts(in_already)
    _revoke(Activation.objects.open().filter(library__in=[one.pk for one in chosen]), by, at)
    by_regency: dict[Region, list[Library]] = defaultdict(list)
    for library in chosen:
        by_regency[library.regency].append(library)
    return [
        _issue_batch(regency, by_regency[regency], by, at)
        for regency in sorted(by_regency, key=lambda regency: regency.code)
    ]


def _issue_batch(regency: Region, libraries: list[Library], by: User, at: datetime) -> LetterBatch:
    batch = LetterBatch.objects.create(region=regency, issued_by=by, issued_at=at)
    Activation.objects.bulk_create(
        (
            _made(
                library=library,
                batch=batch,
                recipient_name=library.contact_name,
                recipient_phone=library.contact_phone,
                by=by,
                at=at,
            )
            for library in libraries
        ),
        batch_size=500,
    )
    audit.record(
        "libraries.issue_letters",
        by=by,
        subject=batch,
        about=regency,
        changes={"letters": [None, len(libraries)]},
    )
    return batch


def _made(*, by: User, at: datetime, **of: Any) -> Activation:
    uuid = uuid4()
    return Activation(
        uuid=uuid,
        code_hash=codes.hash_of(codes.code_of(uuid)),
        issued_at=at,
        issued_by=by,
        expires_at=_end_of_validity(at),
        **of,
    )


def _end_of_validity(at: datetime) -> datetime:
    """The end of a day: “berlaku sampai 22 Desember” holds all that day."""
    last = timezone.localdate(at) + timedelta(days=settings.TPBIS_ACTIVATION_DAYS)
    return timezone.make_aware(datetime.combine(last, time(23, 59, 59)))


def _may_issue(by: User, library: Library | None, user: User | None) -> None:
    if library is not None:
        allowed = permissions.can_let_in(by, library)
    else:
        # The first account of all, made on the console, stands for itself.
        assert user is not None
        allowed = (user.pk == by.pk and not user.is_activated) or permissions.can_keep(by, user)
    if not allowed:
        raise PermissionDenied


# --- Taken back -----------------------------------------------------------------------------------


@transaction.atomic
def revoke(*, activation: Activation, by: User, at: datetime | None = None) -> None:
    """The code lets nobody in any more; one that was used or revoked stays as it is."""
    if not Activation.objects.visible_to(by).filter(pk=activation.pk).exists():
        raise PermissionDenied
    _may_issue(by, activation.library, activation.user)
    same = Activation.objects.open().filter(pk=activation.pk)
    if _revoke(same, by, at or timezone.now()):
        audit.record(
            "libraries.revoke_code",
            by=by,
            subject=activation,
            about=activation.library or activation.user,
        )


def revoke_open(*, user: User, by: User | None, at: datetime) -> None:
    """With an account its codes die; part of closing it."""
    _revoke(Activation.objects.open().filter(user=user), by or user, at)


@transaction.atomic
def reissue(*, activation: Activation, by: User, at: datetime | None = None) -> Activation:
    """A fresh code for the same library or person, with the same recipient."""
    return issue(
        library=activation.library,
        user=activation.user,
        recipient_name=activation.recipient_name,
        recipient_phone=activation.recipient_phone,
        by=by,
        at=at,
    )


def _revoke(activations: Any, by: User, at: datetime) -> int | None:
    """Returns the last one's key, if there was any."""
    keys = list(activations.order_by("pk").values_list("pk", flat=True))
    Activation.objects.filter(pk__in=keys).update(revoked_at=at, revoked_by=by)
    return keys[-1] if keys else None
