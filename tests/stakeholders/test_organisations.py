"""The register of supporting bodies, and the local ones of villages."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from stakeholders import services
from stakeholders.enums import CommitmentState, OrganisationKind, PartnershipKind
from stakeholders.models import (
    ActionItem,
    Attendee,
    Commitment,
    Contact,
    Event,
    EventSpeaker,
    FormerOrganisation,
    Membership,
    Need,
    Offer,
    Organisation,
    Partnership,
    Support,
    SynergyTeam,
    TeamMember,
)
from stakeholders.services import Person, Profile
from stakeholders.services.organisations import related_to
from tests import factories
from tests.activities.pictures import jpeg
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent

TODAY = timezone.localdate()


def written(name: str = "Bank Jatim", **more) -> Profile:
    return Profile(name=name, **more)


@pytest.fixture
def bank(staff) -> Organisation:
    return services.register_organisation(
        profile=written(kind=OrganisationKind.PROVINCE_OWNED, themes=("Ekonomi",)), by=staff
    )


@pytest.fixture
def local(library) -> Organisation:
    return Organisation.objects.create(name="PKK Labruk Kidul", village=library.region)


def a_commitment(organisation, library, by, **more) -> Commitment:
    need = more.pop("need", None) or Need.objects.create(
        library=library,
        region=library.regency,
        theme="Ekonomi",
        kind=PartnershipKind.GOODS,
        title="Mesin jahit",
        why="Belajar menjahit",
        recorded_by=by,
    )
    now = timezone.now()
    return Commitment.objects.create(
        need=need, organisation=organisation, due_on=TODAY, accepted_at=now, accepted_by=by, **more
    )


# --- Written down ---------------------------------------------------------------------------------


def test_an_organisation_is_registered_with_what_it_does(staff, lumajang):
    organisation = services.register_organisation(
        profile=written(
            kind=OrganisationKind.PROVINCE_OWNED,
            themes=("Ekonomi", "Pendidikan"),
            regions=(lumajang,),
        ),
        by=staff,
    )

    assert organisation.themes == ["Pendidikan", "Ekonomi"]
    assert list(organisation.regions.all()) == [lumajang]
    assert organisation.recorded_by == staff


def test_a_name_is_known_once_also_one_before_a_merger(staff, bank):
    FormerOrganisation.objects.create(
        number=9_999, name="BPD Jatim", organisation=bank, merged_by=staff
    )

    for name in ("bank  JATIM".replace("  ", " "), "bpd jatim"):
        with pytest.raises(services.NameTaken) as taken:
            services.register_organisation(profile=written(name), by=staff)
        assert taken.value.known == bank


@pytest.mark.parametrize("who", ["librarian", "leader", "facilitator"])
def test_nobody_else_registers(who, request):
    with pytest.raises(PermissionDenied):
        services.register_organisation(profile=written(), by=request.getfixturevalue(who))


def test_an_unknown_theme_is_refused(staff, bank):
    with pytest.raises(ValidationError) as refused:
        services.change_organisation(
            organisation=bank, profile=written(themes=("Sihir",)), by=staff
        )

    assert set(refused.value.message_dict) == {"themes"}


def test_the_logo_is_kept_small_and_taken_away_again(staff, bank):
    changed = services.change_organisation(
        organisation=bank, profile=written(), by=staff, logo=jpeg()
    )
    assert changed.logo.startswith("logos/")

    changed = services.change_organisation(
        organisation=bank, profile=written(), by=staff, without_logo=True
    )
    assert changed.logo == ""


def test_who_changes_which(bank, local, staff, pic, strange_pic, librarian, stranger):
    def may(who, organisation) -> bool:
        try:
            services.change_organisation(
                organisation=organisation, profile=written(organisation.name), by=who
            )
        except PermissionDenied:
            return False
        return True

    assert [may(one, bank) for one in (staff, pic, librarian)] == [True, False, False]
    assert [may(one, local) for one in (staff, pic, librarian)] == [True, True, True]
    assert [may(one, local) for one in (strange_pic, stranger)] == [False, False]


# --- Local ones -----------------------------------------------------------------------------------


def test_what_a_librarian_calls_so_belongs_to_the_village(library, librarian, stranger, bank):
    called = services.organisation_called
    local = called("Toko Barokah", by=librarian, library=library)

    assert local.village == library.region
    assert called(" toko  barokah ", by=librarian, library=library) == local
    assert called("bank jatim", by=librarian, library=library) == bank
    assert local in Organisation.objects.visible_to(librarian)
    assert local not in Organisation.objects.visible_to(stranger)


def test_what_staff_calls_so_stands_in_the_register(library, other_library, pic, local):
    called = services.organisation_called

    assert called("Bank UMKM", by=pic, library=library).village is None
    assert called("PKK Labruk Kidul", by=pic, library=library) == local
    assert called("PKK Labruk Kidul", by=pic, library=other_library) != local


def test_the_same_name_in_two_villages_is_two(library, other_library, librarian, stranger):
    here = services.organisation_called("PKK", by=librarian, library=library)
    there = services.organisation_called("PKK", by=stranger, library=other_library)

    assert here != there


def test_the_pic_lifts_a_local_one(local, pic, strange_pic, librarian, stranger):
    for nobody in (librarian, strange_pic):
        with pytest.raises(PermissionDenied):
            services.lift_organisation(organisation=local, by=nobody)

    lifted = services.lift_organisation(organisation=local, by=pic)

    assert (lifted.village, lifted.lifted_by) == (None, pic)
    assert lifted in Organisation.objects.visible_to(stranger)


def test_a_name_the_register_has_is_to_be_merged_instead(local, bank, pic):
    Organisation.objects.filter(pk=local.pk).update(name="BANK JATIM")

    with pytest.raises(services.NameTaken) as taken:
        services.lift_organisation(organisation=local, by=pic)

    assert taken.value.known == bank
    services.merge_organisations(keep=bank, duplicate=local, by=pic)
    assert not Organisation.objects.filter(pk=local.pk).exists()


# --- Gone -----------------------------------------------------------------------------------------


def test_one_without_anything_is_deleted_with_its_contacts(bank, staff):
    Contact.objects.create(
        organisation=bank, position="Humas", name="Siti", phone="08", consented_on=TODAY
    )

    services.delete_organisation(organisation=bank, by=staff)

    assert not Organisation.objects.exists()
    assert not Contact.objects.exists()


def test_one_with_an_open_commitment_is_not_deleted(bank, staff, library):
    a_commitment(bank, library, staff)

    with pytest.raises(services.InUse, match="1 komitmen yang berjalan") as refused:
        services.delete_organisation(organisation=bank, by=staff)

    assert refused.value.under_way == 1
    assert Organisation.objects.filter(pk=bank.pk).exists()


def test_one_with_a_history_is_not_deleted(bank, staff, library):
    Partnership.objects.create(
        organisation=bank, library=library, kind="dana", starts_on=TODAY, recorded_by=staff
    )

    with pytest.raises(services.InUse, match="1 kemitraan"):
        services.delete_organisation(organisation=bank, by=staff)


# --- Two that are one -----------------------------------------------------------------------------


def everything_of(organisation, library, by) -> list:
    """A row of every table that names an organisation."""
    region, now = library.regency, timezone.now()
    on = {"starts_on": TODAY, "recorded_by": by}
    user = factories.UserFactory(role=Role.SUPPORTER)
    event = Event.objects.create(
        region=region,
        kind="webinar",
        title="Webinar",
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        mode="daring",
        key=f"acara{organisation.pk}",
        recorded_by=by,
    )
    team = SynergyTeam.objects.create(
        region=region,
        year=2000 + organisation.pk % 900,
        decree_since=TODAY,
        decree_held_by="x",
        **on,
    )
    kind = PartnershipKind.MEDIA
    return [
        Partnership.objects.create(organisation=organisation, library=library, kind=kind, **on),
        Support.objects.create(
            organisation=organisation,
            region=region,
            kind=kind,
            given_on=TODAY,
            description="x",
            recorded_by=by,
        ),
        Contact.objects.create(
            organisation=organisation, position="Humas", name="Siti", consented_on=TODAY
        ),
        Membership.objects.create(organisation=organisation, user=user, starts_on=TODAY),
        FormerOrganisation.objects.create(
            number=90_000 + organisation.pk, name="Lama", organisation=organisation, merged_by=by
        ),
        Offer.objects.create(
            organisation=organisation, region=region, kind=kind, description="x", **on
        ),
        a_commitment(organisation, library, by),
        EventSpeaker.objects.create(event=event, name="Budi", organisation=organisation),
        Attendee.objects.create(
            event=event,
            group="lainnya",
            organisation=organisation,
            key=f"kursi{organisation.pk}",
            invited_by=by,
        ),
        ActionItem.objects.create(
            event=event,
            what="x",
            owner="x",
            organisation=organisation,
            due_on=TODAY,
            recorded_by=by,
        ),
        TeamMember.objects.create(team=team, organisation=organisation, name="Siti", **on),
    ]


def test_everything_that_points_at_the_duplicate_moves(bank, staff, library):
    duplicate = Organisation.objects.create(name="Bank Jawa Timur", about="Bank daerah")
    rows = everything_of(duplicate, library, staff)
    named = {one.related_model for one in related_to(duplicate)}
    ours = {one for one in named if one._meta.app_label == "stakeholders"}
    assert {type(row) for row in rows} >= ours, "a new table names organisations: add a row"

    keep = services.merge_organisations(keep=bank, duplicate=duplicate, by=staff)

    for row in rows:
        row.refresh_from_db()
        assert row.organisation == keep, row
    former = FormerOrganisation.objects.get(number=duplicate.pk or 0) if duplicate.pk else None
    former = former or FormerOrganisation.objects.exclude(name="Lama").get()
    assert (former.name, former.organisation) == ("Bank Jawa Timur", keep)
    assert keep.about == "Bank daerah"
    assert Organisation.objects.called("jawa timur").get() == keep


def test_the_same_partnership_of_both_is_kept_once_until_the_later_end(
    bank, staff, library, django_capture_on_commit_callbacks
):
    duplicate = Organisation.objects.create(name="Bank Jawa Timur")
    same = {"library": library, "kind": "dana", "starts_on": date(2024, 1, 1), "recorded_by": staff}
    kept = Partnership.objects.create(organisation=bank, ends_on=date(2024, 6, 30), **same)
    twin = Partnership.objects.create(
        organisation=duplicate, ends_on=date(2024, 12, 31), agreement_number="7/2024", **same
    )
    gift = Support.objects.create(
        organisation=duplicate,
        library=library,
        region=library.regency,
        kind="dana",
        rupiah=5,
        partnership=twin,
        given_on=date(2024, 2, 1),
        description="x",
        recorded_by=staff,
    )

    with django_capture_on_commit_callbacks() as told:
        services.merge_organisations(keep=bank, duplicate=duplicate, by=staff)

    kept.refresh_from_db()
    gift.refresh_from_db()
    assert (kept.ends_on, kept.agreement_number) == (date(2024, 12, 31), "7/2024")
    assert (gift.organisation, gift.partnership) == (bank, kept)
    assert Partnership.objects.count() == 1
    assert len(told) == 1


def test_two_commitments_under_way_for_one_need_are_settled_first(bank, staff, library):
    duplicate = Organisation.objects.create(name="Bank Jawa Timur")
    first = a_commitment(bank, library, staff)
    second = a_commitment(duplicate, library, staff, need=first.need)

    with pytest.raises(services.CannotMergeOrganisations, match="Mesin jahit"):
        services.merge_organisations(keep=bank, duplicate=duplicate, by=staff)
    Commitment.objects.filter(pk=second.pk).update(
        state=CommitmentState.LAPSED, settled_at=timezone.now(), settled_by=staff
    )

    services.merge_organisations(keep=bank, duplicate=duplicate, by=staff)
    assert Commitment.objects.filter(organisation=bank).count() == 2


def test_somebody_who_spoke_for_both_speaks_once(bank, staff):
    duplicate = Organisation.objects.create(name="Bank Jawa Timur")
    user = factories.UserFactory(role=Role.SUPPORTER)
    for one, first in ((bank, date(2024, 1, 1)), (duplicate, date(2023, 1, 1))):
        Membership.objects.create(organisation=one, user=user, starts_on=first)

    services.merge_organisations(keep=bank, duplicate=duplicate, by=staff)

    membership = Membership.objects.get()
    assert (membership.starts_on, membership.ends_on) == (date(2023, 1, 1), None)


def test_who_merges_and_what_is_no_merger(bank, local, staff, pic, strange_pic, other_library):
    with pytest.raises(services.CannotMergeOrganisations):
        services.merge_organisations(keep=bank, duplicate=bank, by=staff)
    with pytest.raises(services.CannotMergeOrganisations, match="desa yang sama"):
        services.merge_organisations(keep=local, duplicate=bank, by=staff)
    other = Organisation.objects.create(name="Bank UMKM")
    for nobody, duplicate in ((pic, other), (strange_pic, local)):
        with pytest.raises(PermissionDenied):
            services.merge_organisations(keep=bank, duplicate=duplicate, by=nobody)
    assert not FormerOrganisation.objects.exists()


# --- Whom to call ---------------------------------------------------------------------------------

PERSON = Person("Humas", "Siti Aminah", "081234567890", "siti@example.org", date(2024, 1, 1))


def test_a_contact_is_for_whose_work_it_is_to_call(bank, local, staff, pic, librarian, leader):
    services.record_contact(organisation=bank, person=PERSON, by=pic)
    services.record_contact(organisation=local, person=PERSON, by=librarian)

    def seen(who) -> int:
        return Contact.objects.visible_to(who).count()

    assert [seen(one) for one in (staff, pic, librarian, leader)] == [2, 2, 1, 0]
    for who, one in ((librarian, bank), (leader, bank)):
        with pytest.raises(PermissionDenied):
            services.record_contact(organisation=one, person=PERSON, by=who)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": "", "email": ""}, "phone"),
        ({"email": "siti"}, "email"),
        ({"consented_on": TODAY + timedelta(days=1)}, "consented_on"),
        ({"position": ""}, "position"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_at_its_field(bank, staff, changes, field):
    said = {name: getattr(PERSON, name) for name in PERSON.__slots__} | changes

    with pytest.raises(ValidationError) as refused:
        services.record_contact(organisation=bank, person=Person(**said), by=staff)

    assert set(refused.value.message_dict) == {field}


def test_who_it_was_is_erased_when_consent_is_withdrawn(bank, staff):
    contact = services.record_contact(organisation=bank, person=PERSON, by=staff)

    services.withdraw_contact(contact=contact, by=staff)

    contact.refresh_from_db()
    assert (contact.position, contact.name, contact.phone, contact.email) == ("Humas", "", "", "")
    assert contact.consented_on is None
    with pytest.raises(services.ConsentWithdrawn):
        services.change_contact(contact=contact, person=PERSON, by=staff)
    told = str([*AuditEvent.objects.values_list("changes", flat=True)])
    assert "Siti" not in told
    assert "0812" not in told


# --- Who speaks for it ----------------------------------------------------------------------------


def tie(bank, by, user=None, first=date(2024, 1, 1), last=None):
    user = user or factories.UserFactory(role=Role.SUPPORTER)
    return services.add_membership(
        organisation=bank, user=user, starts_on=first, ends_on=last, by=by
    )


def test_an_account_speaks_for_an_organisation_until_a_day(bank, staff):
    membership = tie(bank, staff)

    services.end_membership(membership=membership, ends_on=date(2024, 12, 31), by=staff)

    membership.refresh_from_db()
    assert membership.ends_on == date(2024, 12, 31)
    tie(bank, staff, membership.user, date(2025, 1, 1))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 6, 1), None),
        (date(2024, 12, 31), date(2025, 2, 1)),
        (date(2023, 1, 1), date(2024, 1, 1)),
        (date(2023, 1, 1), None),
    ],
)
def test_overlapping_memberships_are_refused(bank, staff, first, last):
    membership = tie(bank, staff, last=date(2024, 12, 31))

    with pytest.raises(ValidationError, match="sudah mewakili") as refused:
        tie(bank, staff, membership.user, first, last)

    assert set(refused.value.message_dict) == {"starts_on"}
    assert Membership.objects.count() == 1


def test_until_is_not_before_from(bank, staff):
    with pytest.raises(ValidationError) as refused:
        tie(bank, staff, last=date(2023, 12, 31))
    assert set(refused.value.message_dict) == {"ends_on"}

    membership = tie(bank, staff)
    with pytest.raises(ValidationError) as refused:
        services.end_membership(membership=membership, ends_on=date(2023, 1, 1), by=staff)
    assert set(refused.value.message_dict) == {"ends_on"}


def test_only_a_supporter_speaks_for_one_and_only_the_province_says_so(bank, staff, pic, librarian):
    with pytest.raises(ValidationError) as refused:
        tie(bank, staff, librarian)
    assert set(refused.value.message_dict) == {"user"}
    with pytest.raises(PermissionDenied):
        tie(bank, pic)
