"""The only writers of organisations: of the register, and of the local ones of villages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries.enums import Theme
from libraries.files import keep_picture
from libraries.models import Library, Region
from stakeholders import permissions
from stakeholders.enums import UNDER_WAY, OrganisationKind
from stakeholders.models import Organisation
from tpbis.accounts import audit
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import texts

if TYPE_CHECKING:
    from django.core.files.base import File

_SAID = ("name", "kind", "themes", "about", "website", "logo")


class NameTaken(ValidationError):
    """The register has this name: of ``known``."""

    def __init__(self, known: Organisation) -> None:
        self.known = known
        super().__init__({"name": _("Lembaga dengan nama ini sudah ada.")})


class InUse(Exception):
    """Something is known of the organisation; the text says what."""

    def __init__(self, counted: dict[str, int], *, under_way: int = 0) -> None:
        self.counted, self.under_way = counted, under_way
        said = ", ".join(f"{count} {what}" for what, count in counted.items())
        if under_way:
            text = _(
                "Lembaga ini masih punya %(open)s komitmen yang berjalan, jadi tidak dapat "
                "dihapus. Yang tercatat: %(said)s."
            )
        else:
            text = _(
                "Lembaga ini punya riwayat, jadi tidak dapat dihapus: %(said)s. Bila tercatat dua "
                "kali, gabungkan saja."
            )
        super().__init__(text % {"open": under_way, "said": said})


@dataclass(frozen=True, slots=True)
class Profile:
    """What the register says of an organisation; without ``regions`` it helps anywhere."""

    name: str
    kind: OrganisationKind = OrganisationKind.OTHER
    themes: tuple[str, ...] = ()
    about: str = ""
    website: str = ""
    regions: tuple[Region, ...] = ()


# --- By its name ----------------------------------------------------------------------------------


def organisation_called(
    written: str, *, by: User | None = None, library: Library | None = None
) -> Organisation:
    """The organisation of that name in whatever writing, also a name it had before a merger; a new
    one where there is none. What a librarian calls so belongs to the village of ``library``, and
    one known there is found first; staff writes into the register. Raises ``ValidationError`` for
    a name that is none."""
    name = " ".join(written.split())
    village = library.region if library else None
    is_local = by is not None and by.role == Role.LIBRARIAN and village is not None
    local = _named(name, village=village) if village else None
    known = (local or _named(name)) if is_local else (_named(name) or local)
    if known is not None:
        return known
    organisation = Organisation(name=name, village=village if is_local else None)
    if by is not None:
        organisation.recorded_at, organisation.recorded_by = timezone.now(), by
    organisation.full_clean()
    organisation.save()
    return organisation


def _named(name: str, *, village: Region | None = None) -> Organisation | None:
    """In the register, or in ``village``."""
    known = Organisation.objects.filter(village=village)
    return (
        known.filter(name__iexact=name).first()
        or known.filter(merged__name__iexact=name).order_by("pk").first()
    )


# --- Written down, changed ------------------------------------------------------------------------


def register_organisation(
    *, profile: Profile, by: User, logo: "File[bytes] | None" = None
) -> Organisation:
    """Into the register. Raises :class:`NameTaken`, ``ValidationError``, ``BadFile``."""
    if not permissions.adds_organisations(by):
        raise PermissionDenied
    picture = keep_picture(logo, folder="logos").name if logo else ""
    with transaction.atomic():
        if known := _named(profile.name):
            raise NameTaken(known)
        organisation = Organisation(recorded_at=timezone.now(), recorded_by=by, logo=picture)
        _say(organisation, profile)
        audit.record(
            "stakeholders.register_organisation",
            by=by,
            subject=organisation,
            changes=audit.difference({}, _said(organisation)),
        )
    return organisation


def change_organisation(
    *,
    organisation: Organisation,
    profile: Profile,
    by: User,
    logo: "File[bytes] | None" = None,
    without_logo: bool = False,
) -> Organisation:
    """As it should be told of. Raises ``ValidationError``, ``BadFile``."""
    if not permissions.can_change_organisation(by, organisation):
        raise PermissionDenied
    picture = keep_picture(logo, folder="logos").name if logo else None
    with transaction.atomic():
        organisation = lock(organisation)
        before = _said(organisation)
        if picture or without_logo:
            organisation.logo = picture or ""
        _say(organisation, profile)
        changes = audit.difference(before, _said(organisation))
        if changes:
            audit.record(
                "stakeholders.change_organisation", by=by, subject=organisation, changes=changes
            )
    return organisation


def _say(organisation: Organisation, profile: Profile) -> None:
    unknown = set(profile.themes) - set(Theme.values)
    if unknown:
        raise ValidationError({"themes": _("Pilih bidang yang ada di daftar.")})
    organisation.name = texts.plain(profile.name)
    organisation.kind = profile.kind
    organisation.themes = [theme for theme in Theme.values if theme in profile.themes]
    organisation.about, organisation.website = profile.about, profile.website
    organisation.full_clean()
    organisation.save()
    organisation.regions.set(profile.regions)


def _said(organisation: Organisation) -> dict[str, Any]:
    return {
        **audit.values(organisation, _SAID),
        "regions": sorted(organisation.regions.values_list("code", flat=True)),
    }


# --- Out of its village, and gone -----------------------------------------------------------------


@transaction.atomic
def lift_organisation(*, organisation: Organisation, by: User) -> Organisation:
    """From its village into the register of the province. Raises :class:`NameTaken` where that has
    the name: then the two may be one."""
    organisation = lock(organisation)
    if not permissions.can_lift_organisation(by, organisation):
        raise PermissionDenied
    if known := _named(organisation.name):
        raise NameTaken(known)
    village = organisation.village
    organisation.village = None
    organisation.lifted_at, organisation.lifted_by = timezone.now(), by
    organisation.full_clean()
    organisation.save()
    audit.record(
        "stakeholders.lift_organisation",
        by=by,
        subject=organisation,
        changes={"village": [village, None]},
    )
    return organisation


@transaction.atomic
def delete_organisation(*, organisation: Organisation, by: User) -> None:
    """One of which nothing is known but whom to call. Raises :class:`InUse`."""
    organisation = lock(organisation)
    if not permissions.can_change_organisation(by, organisation):
        raise PermissionDenied
    if counted := _history(organisation):
        under_way = organisation.commitments.filter(state__in=UNDER_WAY).count()
        raise InUse(counted, under_way=under_way)
    audit.record(
        "stakeholders.delete_organisation",
        by=by,
        subject=organisation,
        changes={"name": [organisation.name, None]},
    )
    organisation.delete()


def lock(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)


def related_to(organisation: Organisation) -> Iterable[Any]:
    """Every column of another table that names an organisation, whichever app it is of; not where
    it says itself that it would help."""
    return [
        one
        for one in organisation._meta.get_fields(include_hidden=True)
        if one.auto_created
        and (one.one_to_many or one.one_to_one)
        and getattr(one.related_model, "_meta").auto_created is not Organisation  # noqa: B009
    ]


def _history(organisation: Organisation) -> dict[str, int]:
    """How much of what points at it; whom to call is no history."""
    words = _words()
    found: dict[str, int] = {}
    for relation in related_to(organisation):
        model = relation.related_model
        if model._meta.label == "stakeholders.Contact":
            continue
        rows = model._base_manager.filter(**{relation.field.name: organisation})
        if count := rows.count():
            what = words.get(model._meta.label, _("catatan lain"))
            found[what] = found.get(what, 0) + count
    return found


def _words() -> dict[str, str]:
    return {
        "stakeholders.Partnership": _("kemitraan"),
        "stakeholders.Support": _("dukungan"),
        "stakeholders.Commitment": _("komitmen"),
        "stakeholders.Offer": _("penawaran"),
        "stakeholders.Membership": _("akun pendukung"),
        "stakeholders.TeamMember": _("kursi Tim Sinergi"),
        "stakeholders.Attendee": _("undangan acara"),
        "stakeholders.EventSpeaker": _("narasumber acara"),
        "stakeholders.ActionItem": _("tindak lanjut acara"),
        "stakeholders.FormerOrganisation": _("lembaga yang digabung ke sini"),
    }
