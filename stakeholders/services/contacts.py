"""Whom to speak to at an organisation, as long as that person agrees. The audit says that a contact
was written down, changed or erased and which position it is of: never who it was."""

from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from stakeholders import permissions
from stakeholders.models import Contact, Organisation
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import texts


class ConsentWithdrawn(Exception):
    """Who it was is erased; somebody else in the position is another contact."""

    def __init__(self) -> None:
        super().__init__(
            _("Persetujuan orang ini sudah dicabut dan datanya dihapus. Catat narahubung baru.")
        )


@dataclass(frozen=True, slots=True)
class Person:
    position: str
    name: str
    phone: str
    email: str
    consented_on: date


@transaction.atomic
def record_contact(*, organisation: Organisation, person: Person, by: User) -> Contact:
    """Raises ``ValidationError`` naming the field."""
    if not permissions.can_keep_contacts(by, organisation):
        raise PermissionDenied
    contact = Contact(organisation=organisation, **_checked(person))
    contact.full_clean()
    contact.save()
    _record("stakeholders.record_contact", contact, by)
    return contact


@transaction.atomic
def change_contact(*, contact: Contact, person: Person, by: User) -> Contact:
    """Raises ``ValidationError`` naming the field, and :class:`ConsentWithdrawn`."""
    contact = _lock(contact, by)
    if contact.erased_at is not None:
        raise ConsentWithdrawn
    for field, value in _checked(person).items():
        setattr(contact, field, value)
    contact.full_clean()
    contact.save()
    _record("stakeholders.change_contact", contact, by)
    return contact


@transaction.atomic
def withdraw_contact(*, contact: Contact, by: User) -> Contact:
    """Name, numbers and since when are erased; the position stays. A second time changes
    nothing."""
    contact = _lock(contact, by)
    if contact.erased_at is not None:
        return contact
    contact.name = contact.phone = contact.email = ""
    contact.consented_on = None
    contact.erased_at, contact.erased_by = timezone.now(), by
    contact.full_clean()
    contact.save()
    _record("stakeholders.withdraw_contact", contact, by)
    return contact


def _lock(contact: Contact, by: User) -> Contact:
    locked = (
        Contact.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=contact.pk)
    )
    if not permissions.can_keep_contacts(by, locked.organisation):
        raise PermissionDenied
    return locked


def _checked(person: Person) -> dict[str, object]:
    problems = {}
    if person.consented_on > timezone.localdate():
        problems["consented_on"] = _("Tanggal ini belum tiba.")
    if not texts.plain(person.name):
        problems["name"] = _("Isi namanya.")
    if not (person.phone or person.email):
        problems["phone"] = _("Isi telepon atau surelnya.")
    if problems:
        raise ValidationError(problems)
    return asdict(person)


def _record(action: str, contact: Contact, by: User) -> None:
    audit.record(
        action,
        by=by,
        subject=contact,
        about=contact.organisation,
        changes={"organisation": [None, contact.organisation_id]},
    )
