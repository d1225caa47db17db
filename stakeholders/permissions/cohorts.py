from libraries import permissions as register
from libraries.models import Region
from stakeholders.models import Cohort
from tpbis.accounts.models import User


def keeps_cohorts(user: User) -> bool:
    """Whose work rounds of the programme and their candidates are at all, wherever."""
    return register.keeps_register(user)


def can_keep_cohort(user: User, cohort: Cohort) -> bool:
    """The province any, a PIC those of its own regency."""
    return register.can_register_in(user, cohort.region)


def can_keep_candidate(user: User, village: Region) -> bool:
    return register.can_register_in(user, village)
