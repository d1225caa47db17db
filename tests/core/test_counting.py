"""Counts of several tables in one statement."""

import pytest

from libraries.models import Library, Region
from tpbis.core.counting import counted


def test_each_is_counted_by_its_name_in_one_statement(library, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = counted(
            libraries=Library.objects.order_by("name"),
            none=Library.objects.none(),
            elsewhere=Region.objects.filter(code="99"),
            regencies=Region.objects.filter(code="35.08"),
        )

    assert found == {"libraries": 1, "none": 0, "elsewhere": 0, "regencies": 1}


@pytest.mark.parametrize("names", [["a"], ["a", "b"]])
def test_nothing_to_count_is_nothing(db, names):
    assert counted(**{name: Library.objects.none() for name in names}) == dict.fromkeys(names, 0)
