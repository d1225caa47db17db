"""What the register says of a library: registered, corrected, moved, out and back again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from libraries import services
from libraries.enums import LibraryKind, ProgrammeSource
from libraries.models import Inactivity, Library
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent
from tpbis.core.versions import ChangedMeanwhile

NEW = {
    "name": "Perpustakaan Desa Cahaya",
    "kind": LibraryKind.VILLAGE,
    "source": ProgrammeSource.REPLICATION,
    "joined_on": date(2024, 1, 1),
}


@pytest.mark.parametrize(
    "again", ["PERPUSTAKAAN DESA CAHAYA", "Perpustakaan Desa Cahayá", "Perpustakaan desa “Cahaya”"]
)
def test_a_name_that_differs_in_capitals_or_accents_is_the_same_name(library, again):
    services.register(**NEW, region=library.region)

    with pytest.raises(ValidationError) as refused:
        services.register(**NEW | {"name": again}, region=library.region)

    assert refused.value.message_dict == {
        "name": ["Perpustakaan dengan nama ini sudah ada di wilayah itu."]
    }


def test_two_that_were_alike_already_can_still_be_corrected(library):
    other = factories.LibraryFactory(region=library.region, name=library.name.upper())

    changed = services.change(library=other, npp="3508212D0000001")

    assert changed.npp == "3508212D0000001"


def test_a_pic_registers_in_its_own_regency_only(pic, library, other_library):
    services.register(**NEW, region=library.region, by=pic)

    with pytest.raises(PermissionDenied):
        services.register(**NEW, region=other_library.region, by=pic)


# --- Corrected ------------------------------------------------------------------------------------


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(library, pic, staff):
    version = services.version_of(library)
    services.change(library=library, by=staff, address="Jalan Melati 1")

    with pytest.raises(ChangedMeanwhile) as refused:
        services.change(library=library, by=pic, version=version, address="Jalan Mawar 2")

    assert refused.value.row.address == "Jalan Melati 1"
    library.refresh_from_db()
    assert library.address == "Jalan Melati 1"


@pytest.mark.parametrize("name", services.CORRECTED)
def test_the_version_knows_every_field_of_the_form(library, name):
    before = services.version_of(library)
    value = getattr(library, name)
    different = {bool: lambda v: not v, list: lambda v: ["x"], date: lambda v: date(2021, 1, 1)}

    setattr(library, name, different.get(type(value), lambda v: f"{v}x")(value))

    assert services.version_of(library) != before


@pytest.mark.parametrize("verb", ["change", "deactivate", "reactivate", "relocate"])
def test_nobody_changes_what_lies_elsewhere(other_library, pic, library, verb):
    more = {
        "change": {"address": "x"},
        "deactivate": {"starts_on": date(2024, 1, 1), "reason": "x"},
        "reactivate": {"active_from": date(2024, 1, 1)},
        "relocate": {"region": library.region, "reason": "x"},
    }[verb]

    with pytest.raises(PermissionDenied):
        getattr(services, verb)(library=other_library, by=pic, **more)


# --- Moved ----------------------------------------------------------------------------------------


def test_moving_takes_access_along(library, other_library, pic, strange_pic, staff):
    moved = services.relocate(
        library=library, region=other_library.region, reason="Keliru", by=staff
    )

    assert (moved.regency.code, moved.kind) == ("35.05", LibraryKind.URBAN_VILLAGE)
    seen = [Library.objects.visible_to(user).filter(pk=moved.pk).exists() for user in (pic, staff)]
    assert seen == [False, True]
    assert Library.objects.visible_to(strange_pic).filter(pk=moved.pk).exists()
    event = AuditEvent.objects.get(action="libraries.relocate")
    assert event.changes["region"] == ["35.08.21.2004", "35.05.17.1006"]


@pytest.mark.parametrize(
    ("code", "reason", "field"),
    [
        ("35.08.21.2004", "Keliru", "region"),  # where it is
        ("35.08", "Keliru", "region"),  # no village
        ("35.08.21.2001", "  ", "reason"),
    ],
)
def test_what_is_no_move_names_its_field(library, staff, code, reason, field):
    with pytest.raises(ValidationError) as refused:
        services.relocate(library=library, region=factories.region(code), reason=reason, by=staff)

    assert set(refused.value.message_dict) == {field}


def test_a_name_that_is_taken_there_stops_the_move(library, staff):
    there = factories.LibraryFactory(
        name=library.name.lower(), region=factories.region("35.08.21.2001")
    )

    with pytest.raises(ValidationError, match="sudah ada di wilayah itu"):
        services.relocate(library=library, region=there.region, reason="Keliru", by=staff)


def test_a_pic_moves_nothing_out_of_its_regency(library, other_library, pic):
    with pytest.raises(PermissionDenied):
        services.relocate(library=library, region=other_library.region, reason="x", by=pic)


@pytest.mark.parametrize(
    ("kind", "code", "becomes"),
    [
        (LibraryKind.VILLAGE, "35.08.21.2004", LibraryKind.VILLAGE),
        (LibraryKind.VILLAGE, "35.05.17.1006", LibraryKind.URBAN_VILLAGE),
        (LibraryKind.URBAN_VILLAGE, "35.08.21.2004", LibraryKind.VILLAGE),
        (LibraryKind.SCHOOL, "35.08.21", LibraryKind.SCHOOL),
        (LibraryKind.COMMUNITY, "35.08", LibraryKind.COMMUNITY),
        (LibraryKind.REGENCY, "35.08", LibraryKind.REGENCY),
        (LibraryKind.PROVINCE, "35", LibraryKind.PROVINCE),
        (LibraryKind.VILLAGE, "35.08.21", None),
        (LibraryKind.REGENCY, "35.08.21.2004", None),
        (LibraryKind.PROVINCE, "35.08", None),
    ],
)
def test_which_kind_there_can_be_where(db, kind, code, becomes):
    region = factories.region(code)

    if becomes:
        assert services.kind_in(region, kind) == becomes
    else:
        with pytest.raises(ValidationError):
            services.kind_in(region, kind)


# --- Out and back again ---------------------------------------------------------------------------


def test_out_and_back_leaves_a_span_of_days(library, staff):
    services.deactivate(library=library, starts_on=date(2024, 3, 10), reason="Renovasi", by=staff)
    services.reactivate(library=library, active_from=date(2024, 6, 1), by=staff)

    assert list(Inactivity.objects.values_list("starts_on", "ends_on", "reason")) == [
        (date(2024, 3, 10), date(2024, 5, 31), "Renovasi")
    ]
    days = {date(2024, 3, 9): True, date(2024, 3, 10): False, date(2024, 5, 31): False}
    days[date(2024, 6, 1)] = True
    assert {day: Library.objects.partners_on(day).exists() for day in days} == days
    assert [event.action for event in AuditEvent.objects.filter(by=staff).order_by("pk")] == [
        "libraries.deactivate",
        "libraries.reactivate",
    ]


TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.mark.parametrize(
    ("starts_on", "reason", "field"),
    [
        (date(2019, 12, 31), "Renovasi", "starts_on"),  # before it joined
        (TOMORROW, "Renovasi", "starts_on"),
        (date(2022, 6, 1), "Renovasi", "starts_on"),  # within a span that was
        (date(2021, 6, 1), "Renovasi", "starts_on"),  # before one that was
        (date(2024, 1, 1), " ", "reason"),
    ],
)
def test_days_that_cannot_be_are_refused_by_field(library, staff, starts_on, reason, field):
    Inactivity.objects.create(
        library=library, starts_on=date(2022, 1, 1), ends_on=date(2022, 12, 31), reason="Banjir"
    )

    with pytest.raises(ValidationError) as refused:
        services.deactivate(library=library, starts_on=starts_on, reason=reason, by=staff)

    assert set(refused.value.message_dict) == {field}
    assert Inactivity.objects.count() == 1


@pytest.mark.parametrize("active_from", [date(2024, 3, 10), date(2024, 3, 1), TOMORROW])
def test_back_again_comes_later_than_out_and_not_after_today(library, staff, active_from):
    services.deactivate(library=library, starts_on=date(2024, 3, 10), reason="Renovasi", by=staff)

    with pytest.raises(ValidationError) as refused:
        services.reactivate(library=library, active_from=active_from, by=staff)

    assert set(refused.value.message_dict) == {"active_from"}


def test_out_today_is_back_tomorrow_at_the_earliest(library, staff):
    today = timezone.localdate()
    services.deactivate(library=library, starts_on=today, reason="Banjir", by=staff)

    with pytest.raises(ValidationError, match="besok"):
        services.reactivate(library=library, active_from=today, by=staff)


def test_what_is_out_or_in_already_is_named(library, staff):
    with pytest.raises(services.NotInactive):
        services.reactivate(library=library, active_from=date(2024, 6, 1), by=staff)
    services.deactivate(library=library, starts_on=date(2024, 3, 10), reason="Renovasi", by=staff)
    with pytest.raises(services.AlreadyInactive):
        services.deactivate(library=library, starts_on=date(2024, 4, 1), reason="x", by=staff)


def test_whoever_listens_is_told_after_the_commit(
    library, staff, django_capture_on_commit_callbacks, monkeypatch
):
    told = []
    monkeypatch.setattr(
        "libraries.signals.register_changed.send_robust",
        lambda sender, library_id: told.append(library_id),
    )
    steps = (
        lambda: services.change(library=library, by=staff, address="Jalan Melati 1"),
        lambda: services.deactivate(
            library=library, starts_on=date(2024, 1, 1), reason="x", by=staff
        ),
        lambda: services.reactivate(library=library, active_from=date(2024, 2, 1), by=staff),
    )

    for step in steps:
        with django_capture_on_commit_callbacks(execute=True):
            step()

    assert told == [library.pk] * 3


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PROVINCE_STAFF, Role.REGENCY_PIC}))
def test_only_keepers_change_the_register(library, role):
    place = library if role == Role.LIBRARIAN else library.regency
    someone = factories.someone(role, place)

    with pytest.raises(PermissionDenied):
        services.change(library=library, by=someone, address="x")
