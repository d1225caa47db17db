from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.enums import Kind
from activities.models import MonthlyReport
from activities.seals import seal
from tests import factories

ENTRY = {"uuid": "11", "title": "Pelatihan", "participants_total": 20, "photos": ["ab"]}
CONTENT = {
    "month": date(2024, 9, 1),
    "source": "portal",
    "nihil": False,
    "visits": {"men": 10, "women": 12, "total": 22},
    "entries": [ENTRY],
}


def test_a_seal_is_stable_for_ever():
    """Checked by hand: `printf '%s' '{"entries":[{"participants_total":20,...' | sha256sum`."""
    assert seal(**CONTENT) == "1264561eb62ce550a6bb579fb3fe3ff94bf38fd0c5c09980b22dfce2255605eb"


@pytest.mark.parametrize(
    "other",
    [
        {"month": date(2024, 8, 1)},
        {"source": "sim"},
        {"nihil": True},
        {"visits": {"men": 10, "women": 12, "total": None}},
        {"visits": {"men": 12, "women": 10, "total": 22}},
        {"entries": []},
        {"entries": [ENTRY, ENTRY | {"uuid": "12"}]},
        {"entries": [ENTRY | {"title": "Pelatihan "}]},
        {"entries": [ENTRY | {"participants_total": 21}]},
        {"entries": [ENTRY | {"participants_total": None}]},
        {"entries": [ENTRY | {"photos": ["ac"]}]},
        {"entries": [ENTRY | {"photos": []}]},
    ],
)
def test_any_other_content_has_another_seal(other):
    assert seal(**CONTENT | other) != seal(**CONTENT)


@given(st.permutations([ENTRY | {"uuid": str(number)} for number in range(5)]))
def test_the_order_of_arrival_does_not_matter(entries):
    in_order = sorted(entries, key=lambda entry: entry["uuid"])

    assert seal(**CONTENT | {"entries": entries}) == seal(**CONTENT | {"entries": in_order})


def test_the_library_is_not_part_of_it(library, other_library, librarian, pic):
    approved = factories.approved(library, librarian, pic, Kind.INVOLVEMENT, month=CONTENT["month"])

    MonthlyReport.objects.filter(pk=approved.pk).update(library=other_library)

    assert MonthlyReport.objects.get(pk=approved.pk).compute_seal() == approved.seal


def test_every_field_that_says_something_is_sealed():
    """A new field of Activity must be sealed, or named here with the reason why not."""
    from activities.models import SEALED_FIELDS, Activity

    left_out = {
        "id": "a key of this database",
        "report": "the report is what is sealed",
        "uuid": "sealed as text",
        "held_on": "sealed as text",
        "created_at": "when it was typed is not content",
        "audience_count": "follows from audiences",
        "version": "counts the changes, and is no content",
        "exclusion": "sealed with its comment, where there is one",
        "exclusion_comment": "sealed with its reason",
        "partner_name": "sealed where it is filled, as earlier seals had none",
        "organisation": "who the partner's name stands for in the register, which merging changes",
    }

    fields = {field.name for field in Activity._meta.fields}

    assert fields - set(SEALED_FIELDS) == set(left_out)
