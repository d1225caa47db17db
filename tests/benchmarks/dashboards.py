"""The province's dashboard with 84,000 libraries against 932, with stored spans and counted months:
what a reader waits for, and what it takes where nothing was kept in words. Both have the regencies
of East Java: the page has a row for each of them. And once with 84,000 in more than 500 regencies.
"""

import time
from unittest import mock

import django

django.setup()

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from kpi.services.rescoring import rescore_regency
from libraries.models import Assignment, Library, Region
from reports.rollups import counting
from tests.benchmarks.measuring import say, seconds
from tests.benchmarks.worlds import AS_OF, DECEMBER, make_world, settle
from tpbis.accounts.enums import Role
from tpbis.core import periods

# Libraries, and the regencies they are in.
SIZES = ((932, 38), (84_000, 38), (84_000, 510))
JANUARY = periods.january(DECEMBER)
YEAR = {"dari": "2024-01", "sampai": "2024-12"}


@override_settings(ALLOWED_HOSTS=["*"], TPBIS_SECOND_FACTOR=False, TPBIS_FIRST_MONTH="2024-01")
@mock.patch("django.utils.timezone.now", new=mock.Mock(return_value=AS_OF))
def main() -> None:
    call_command("migrate", verbosity=0)
    taken: dict[str, dict[str, float]] = {"again": {}, "first time": {}}
    for size, areas in SIZES:
        where = f"{size} libraries in {areas} regencies"
        browser, address = _world(size, areas, where)

        def read(browser: Client = browser, address: str = address) -> None:
            assert browser.get(address, YEAR).status_code == 200

        def read_first(read: object = read) -> None:
            cache.clear()
            read()  # type: ignore[operator]

        for name, work, times in (("first time", read_first, 9), ("again", read, 25)):
            taken[name][where] = seconds(work, times=times)
            with CaptureQueriesContext(connection) as asked:
                work()
            say(f"queries of the province's dashboard, {name}, {where}", len(asked), "")
    for name, in_world in taken.items():
        small, *larger = in_world
        say(f"province's dashboard, {name}, {small}", in_world[small] * 1_000, "ms")
        for where in larger:
            say(
                f"province's dashboard, {name}, {where}",
                in_world[where] * 1_000,
                "ms",
                ratio=in_world[where] / in_world[small],
                to=small,
            )


def _world(size: int, areas: int, where: str) -> tuple[Client, str]:
    """Everything under one province, counted, scored and added up; its staff, signed in."""
    cache.clear()
    make_world(size, is_counted=True, areas=areas)
    first = Region.objects.filter(level=1).order_by("code")[0]
    with connection.cursor() as cursor:
        # REGENCIES_A_PROVINCE are made for each of several provinces.
        cursor.execute(
            "DELETE FROM libraries_region WHERE level = 2 AND id NOT IN "
            "(SELECT regency_id FROM libraries_library)"
        )
        cursor.execute("UPDATE libraries_region SET parent_id = %s WHERE level = 2", [first.pk])
        cursor.execute(
            "UPDATE libraries_region SET code = %s || '.' || lpad(id::text, 4, '0') "
            "WHERE level = 2",
            [first.code],
        )
    begin = time.perf_counter()
    for area in Region.objects.filter(level=2):
        rescore_regency(area.pk, periods.months_from_to(JANUARY, DECEMBER), as_of=AS_OF)
    say(f"scoring {where}", time.perf_counter() - begin, "s")
    begin = time.perf_counter()
    counting.refresh()
    say(f"adding up every month of {where}", time.perf_counter() - begin, "s")
    settle()
    assert Library.objects.count() == size
    somebody, _is_new = get_user_model().objects.get_or_create(
        username="provinsi", defaults={"full_name": "Provinsi", "role": Role.PROVINCE_STAFF}
    )
    Assignment.objects.create(user=somebody, region=first, starts_on="2020-01-01")
    browser = Client()
    browser.force_login(somebody)
    return browser, first.get_absolute_url()


if __name__ == "__main__":
    main()
