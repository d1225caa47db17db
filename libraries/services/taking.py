"""Names and numbers of people that leave the portal as a file: who took them is kept."""

from tpbis.accounts import audit
from tpbis.accounts.models import User


def hand_out_contacts(*, by: User) -> None:
    """Of the people to call at libraries."""
    audit.record("libraries.download_contacts", by=by)


def hand_out_people(*, by: User) -> None:
    """Of those who have accounts."""
    audit.record("libraries.download_people", by=by)
