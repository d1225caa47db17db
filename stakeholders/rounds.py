"""Who belongs to a round of the programme: it follows from the register."""

from libraries.querysets import LibraryQuerySet
from stakeholders.models import Cohort


def libraries_of(cohort: Cohort, libraries: LibraryQuerySet) -> LibraryQuerySet:
    """Those of ``libraries`` that the round brought in."""
    found = libraries.within(cohort.region.code).filter(
        source=cohort.source, joined_on__year__range=(cohort.first_year, cohort.last_year)
    )
    return found.tagged(cohort.tag) if cohort.tag else found


def others_than(cohort: Cohort, libraries: LibraryQuerySet) -> LibraryQuerySet:
    """The other ones of its region."""
    members = libraries_of(cohort, libraries).order_by().values("pk")
    return libraries.within(cohort.region.code).exclude(pk__in=members)
