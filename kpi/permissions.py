"""Questions of one line about the rules, the runs and the awards: all are the province's."""

from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


def keeps_rules(user: User) -> bool:
    """Draft, preview, publish: drafts are seen by nobody else."""
    return user.role == Role.PROVINCE_STAFF


def starts_runs(user: User) -> bool:
    return user.role == Role.PROVINCE_STAFF


def decides_awards(user: User) -> bool:
    return user.role == Role.PROVINCE_STAFF
