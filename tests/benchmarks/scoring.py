"""Scoring everything, against the bare SQL aggregate over the same activities.

``cold``: no tally and no score yet, as after a restore. ``night``: everything compared, nothing
new, as on most nights. ``rules``: every score is new, as after a changed rule set.
"""

import sys
from datetime import date
from functools import partial

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from activities.models import Activity
from kpi import services
from kpi.models import MonthlyTally, RuleSet, Score
from tests.benchmarks.measuring import say, seconds
from tpbis.core import periods

DECEMBER = date(2024, 12, 1)
AS_OF = periods.midnight(date(2025, 2, 1))
LIBRARIES_A_REGENCY = 165
REGENCIES_A_PROVINCE = 38

# Entries of a month: what the 272 active libraries of January to September 2024 reported, rounded.
WORLD = """
    SET session_replication_role = replica;  -- the rows are known to be sound
    TRUNCATE activities_activity, activities_monthlyreport, kpi_score, kpi_monthlytally,
        libraries_library, libraries_region RESTART IDENTITY CASCADE;

    INSERT INTO libraries_region (code, name, level, parent_id, reporting_mode)
    SELECT lpad(p::text, 2, '0'), 'Provinsi ' || p, 1, NULL, 'portal'
    FROM generate_series(1, %(provinces)s) p;
    INSERT INTO libraries_region (code, name, level, parent_id, reporting_mode)
    SELECT parent.code || '.' || lpad(r::text, 2, '0'), 'Kabupaten ' || r, 2, parent.id, 'portal'
    FROM libraries_region parent, generate_series(1, %(regencies)s) r;

    INSERT INTO libraries_library (name, kind, region_id, regency_id, npp, source, joined_on, tags,
        address, has_sharing_room, has_learning_room, has_practice_room)
    SELECT 'Perpustakaan ' || n, 'desa', r.id, r.id, '', 'replication', '2020-01-01', '[]', '',
        false, false, false
    FROM generate_series(1, %(libraries)s) n
    JOIN (SELECT id, row_number() OVER (ORDER BY code) AS place FROM libraries_region
          WHERE level = 2) r ON r.place = 1 + n %% %(areas)s;

    INSERT INTO activities_monthlyreport (library_id, month, source, number, state, nihil,
        visits_men, visits_women, visits_total, seal, updated_at, submitted_at, first_submitted_at,
        submitted_by_id)
    SELECT l.id, m, 'portal', 1, 'approved', false, 20, 22, 42,
        md5(l.id || m::text) || md5(m::text), now(), m, m, 1
    FROM libraries_library l, generate_series('2024-01-01'::timestamp, '2024-12-01', '1 month') m;

    INSERT INTO activities_activity (report_id, uuid, kind, held_on, title, created_at, theme,
        format, audience, participants_total, place, audiences, audience_count, result, regulation,
        service_form, medium, media_name, link)
    SELECT r.id, gen_random_uuid(), k.kind, r.month, 'Kegiatan', now(), 'Ekonomi', 'Pelatihan',
        'Umum', 20, '', '["Kepala Desa"]', 1, 'Dana', '', 'potret', 'Media Online', '', ''
    FROM activities_monthlyreport r
    CROSS JOIN LATERAL (
        SELECT unnest(ARRAY['pelibatan', 'pelibatan', 'pelibatan', 'advokasi']
            || CASE WHEN (r.library_id + extract(month FROM r.month)::int) %% 6 = 0
               THEN ARRAY['peningkatan'] ELSE ARRAY['publikasi'] END) AS kind
    ) k;
    SET session_replication_role = DEFAULT;
"""

BARE = """
    SELECT r.library_id,
        count(*) FILTER (WHERE a.kind = 'pelibatan'),
        sum(a.participants_total) FILTER (WHERE a.kind = 'pelibatan'),
        count(*) FILTER (WHERE a.kind = 'advokasi'),
        count(*) FILTER (WHERE a.kind = 'peningkatan'),
        count(*) FILTER (WHERE a.kind = 'publikasi'),
        count(*) FILTER (WHERE a.kind = 'advokasi'
            AND (a.result IN ('Dana', 'Regulasi') OR a.audience_count >= 2))
    FROM activities_activity a JOIN activities_monthlyreport r ON r.id = a.report_id
    WHERE r.state = 'approved' AND r.month BETWEEN '2024-01-01' AND '2024-12-01'
    GROUP BY r.library_id
"""


def main(sizes: list[int]) -> None:
    call_command("migrate", verbosity=0)
    for size in sizes:
        make_world(size)
        bare = seconds(_bare, times=3)
        say(f"bare aggregate, {size} libraries, {Activity.objects.count()} entries", bare, "s")
        run = partial(services.run_full, through=DECEMBER, at=AS_OF)
        for name, before in (("cold", _nothing_yet), ("night", _as_it_is), ("rules", _new_rules)):
            before()
            taken = seconds(run)
            say(
                f"scoring {name}, {size} libraries x 12 months",
                taken,
                "s",
                ratio=taken / bare,
                to="bare aggregate",
            )
        assert Score.objects.count() == size


def make_world(size: int) -> None:
    areas = max(1, -(-size // LIBRARIES_A_REGENCY))
    provinces = -(-areas // REGENCIES_A_PROVINCE)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            WORLD,
            {
                "libraries": size,
                "areas": areas,
                "provinces": provinces,
                "regencies": REGENCIES_A_PROVINCE,
            },
        )
        cursor.execute("VACUUM ANALYZE")


def _bare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        cursor.fetchall()


def _nothing_yet() -> None:
    MonthlyTally.objects.all().delete()
    Score.objects.all().delete()


def _as_it_is() -> None:
    pass


def _new_rules() -> None:
    RuleSet.objects.update(green_above=80_000)
    Score.objects.update(months_due=11)  # so that every one differs


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [932, 8_500, 84_000])
