"""The figures that were published about East Java, and how this demo splits them up.

The published ones are promises that the engine must keep; the splits are ours and may change as
long as their sums stay.
"""

from dataclasses import dataclass
from datetime import date

# --- Published: "Gathering Mitra", 11 October 2024, January-September 2024 -----------------------
PARTNERS = 932
GREEN, YELLOW, RED = 24, 114, 134
WITHOUT_ACCOUNT = 658  # at 30 September 2024
INVOLVEMENT, ADVOCACY, SERVICE = 8_781, 2_146, 412
# 24 + 114 + 134 + 658 = 930: the two left over had an account and never reported (our reading).
NEVER_REPORTED = PARTNERS - GREEN - YELLOW - RED - WITHOUT_ACCOUNT

# --- Published: LARON JATIM #3, 13 March 2025 ----------------------------------------------------
# Replication partners 2023-2024, and what they did in those two years.
REPLICATION = 96
REPLICATION_INVOLVEMENT, REPLICATION_ADVOCACY, REPLICATION_SERVICE = 7_048, 1_110, 173
# January-March 2025, of the same 932: "several" green, 40 % yellow, 13 % red, 47 % grey.
COLOURS_MARCH_2025 = {"green": 5, "yellow": 372, "red": 119}

# --- Published: the replication of 2025 ----------------------------------------------------------
JOINERS_2025 = 30


@dataclass(frozen=True, slots=True)
class Span:
    """Months that are planned in one go."""

    first: date
    last: date

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def months(self) -> list[date]:
        return [
            date(self.first.year, month, 1)
            for month in range(self.first.month, self.last.month + 1)
        ]


YEAR_2023 = Span(date(2023, 1, 1), date(2023, 12, 1))
TO_SEPTEMBER_2024 = Span(date(2024, 1, 1), date(2024, 9, 1))
END_OF_2024 = Span(date(2024, 10, 1), date(2024, 12, 1))
TO_MARCH_2025 = Span(date(2025, 1, 1), date(2025, 3, 1))
REST_OF_2025 = Span(date(2025, 4, 1), date(2025, 12, 1))


def spans(last_year: int) -> list[Span]:
    """Every span from 2023 to the end of ``last_year``, oldest first."""
    later = [Span(date(year, 1, 1), date(year, 12, 1)) for year in range(2026, last_year + 1)]
    return [YEAR_2023, TO_SEPTEMBER_2024, END_OF_2024, TO_MARCH_2025, REST_OF_2025, *later]


@dataclass(frozen=True, slots=True)
class Sums:
    """What the libraries of one group must have done together in one span."""

    involvement: int
    advocacy: int
    service: int


# The replication partners did these in 2023 and January-September 2024; the rest of their published
# totals falls into October-December 2024, and the rest of the province's to the other partners.
REPLICATION_2023 = Sums(2_868, 410, 55)
REPLICATION_TO_SEPTEMBER = Sums(3_060, 520, 100)
REPLICATION_END_OF_2024 = Sums(
    REPLICATION_INVOLVEMENT - REPLICATION_2023.involvement - REPLICATION_TO_SEPTEMBER.involvement,
    REPLICATION_ADVOCACY - REPLICATION_2023.advocacy - REPLICATION_TO_SEPTEMBER.advocacy,
    REPLICATION_SERVICE - REPLICATION_2023.service - REPLICATION_TO_SEPTEMBER.service,
)
OTHERS_TO_SEPTEMBER = Sums(
    INVOLVEMENT - REPLICATION_TO_SEPTEMBER.involvement,
    ADVOCACY - REPLICATION_TO_SEPTEMBER.advocacy,
    SERVICE - REPLICATION_TO_SEPTEMBER.service,
)

# Colours at the end of a span among the replication partners; the others have the rest.
REPLICATION_COLOURS_TO_SEPTEMBER = {"green": 8, "yellow": 40, "red": 30}
OTHER_COLOURS_TO_SEPTEMBER = {"green": GREEN - 8, "yellow": YELLOW - 40, "red": RED - 30}
REPLICATION_COLOURS_2023 = {"green": 6, "yellow": 30, "red": 24}
OTHER_COLOURS_2023 = {"green": 5, "yellow": 38, "red": 52}
