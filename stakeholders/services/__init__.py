"""The only writers of partnerships and of what supporting bodies gave."""

from stakeholders.services.contacts import (
    ConsentWithdrawn,
    Person,
    change_contact,
    record_contact,
    withdraw_contact,
)
from stakeholders.services.memberships import add_membership, end_membership
from stakeholders.services.merging import (
    CannotMergeOrganisations,
    check_organisations_merge,
    merge_organisations,
)
from stakeholders.services.organisations import (
    InUse,
    NameTaken,
    Profile,
    change_organisation,
    delete_organisation,
    lift_organisation,
    organisation_called,
    register_organisation,
)
from stakeholders.services.partnerships import (
    MOST_RUPIAH,
    NO_TERMS,
    Terms,
    correct_partnership,
    end_partnership,
    move_to,
    record_partnership,
)
from stakeholders.services.support import (
    EARLIEST,
    Gift,
    correct_support,
    record_support,
    support_version,
    withdraw_support,
)

__all__ = [
    "EARLIEST",
    "MOST_RUPIAH",
    "NO_TERMS",
    "CannotMergeOrganisations",
    "ConsentWithdrawn",
    "Gift",
    "InUse",
    "NameTaken",
    "Person",
    "Profile",
    "Terms",
    "add_membership",
    "change_contact",
    "change_organisation",
    "check_organisations_merge",
    "correct_partnership",
    "correct_support",
    "delete_organisation",
    "end_membership",
    "end_partnership",
    "lift_organisation",
    "merge_organisations",
    "move_to",
    "organisation_called",
    "record_contact",
    "record_partnership",
    "record_support",
    "register_organisation",
    "support_version",
    "withdraw_contact",
    "withdraw_support",
]
