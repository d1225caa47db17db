"""Countries to measure in, made by SQL: a year of approved reports, ten entries a month."""

import json
import os
import subprocess
import sys
import uuid
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import ConnectionHandler, connection

from activities.models import Activity, MonthlyReport
from libraries.models import Library, Region
from stakeholders.models import Organisation, Partnership
from tpbis.core import periods
from tpbis.settings.base import database

DECEMBER = date(2024, 12, 1)
AS_OF = periods.midnight(date(2025, 2, 1))  # every month of the year is due
LIBRARIES_A_REGENCY = 165
REGENCIES_A_PROVINCE = 38

# Many more entries than the 272 active libraries of 2024 reported: what a good year would bring.
WORLD = """
    SET session_replication_role = replica;  -- the rows are known to be sound
    TRUNCATE activities_activity, activities_monthlyreport, kpi_score, kpi_monthlytally,
        stakeholders_partnership, stakeholders_organisation, libraries_library, libraries_region
        RESTART IDENTITY CASCADE;

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

    INSERT INTO stakeholders_organisation (name) VALUES ('Bank Jatim');
    INSERT INTO stakeholders_partnership (organisation_id, library_id, kind, starts_on, recorded_at,
        recorded_by_id)
    SELECT 1, id, 'dana', '2023-01-01', now(), 1 FROM libraries_library WHERE id %% 10 = 0;

    INSERT INTO activities_monthlyreport (library_id, month, source, number, state, nihil,
        visits_men, visits_women, visits_total, seal, updated_at, submitted_at, first_submitted_at,
        submitted_by_id)
    SELECT l.id, m, 'portal', 1, 'approved', false, 20, 22, 42,
        md5(l.id || m::text) || md5(m::text), now(), m, m, 1
    FROM libraries_library l, generate_series('2024-01-01'::timestamp, '2024-12-01', '1 month') m;

    SET session_replication_role = DEFAULT;
"""

ENTRIES = """
    SET session_replication_role = replica;
    INSERT INTO activities_activity (report_id, uuid, kind, held_on, title, created_at, theme,
        format, audience, participants_total, place, audiences, audience_count, result, regulation,
        service_form, medium, media_name, link)
    SELECT r.id, gen_random_uuid(), k.kind, r.month, 'Kegiatan', now(), 'Ekonomi', 'Pelatihan',
        'Umum', 20, '', '["Kepala Desa"]', 1, 'Dana', '', 'potret', 'Media Online', '', ''
    FROM activities_monthlyreport r
    CROSS JOIN LATERAL (
        SELECT unnest(array_fill('pelibatan'::text, ARRAY[6]) || ARRAY['advokasi', 'advokasi']
            || CASE WHEN (r.library_id + extract(month FROM r.month)::int) % 6 = 0
               THEN ARRAY['peningkatan', 'peningkatan'] ELSE ARRAY['publikasi', 'publikasi'] END
        ) AS kind
    ) k;
    SET session_replication_role = DEFAULT;
"""


# What counting those entries would give.
TALLIES = """
    INSERT INTO kpi_monthlytally (library_id, month, seals, involvement, participants,
        participants_women, participants_men, participants_disabled, advocacy,
        sustainability_signs, service, publications, visits_entered, visits_men, visits_women,
        visits_total, counted_at)
    SELECT library_id, month, seal, 6, 120, 0, 0, 0, 2, 2,
        CASE WHEN is_service THEN 2 ELSE 0 END, CASE WHEN is_service THEN 0 ELSE 2 END,
        1, visits_men, visits_women, visits_total, now()
    FROM (
        SELECT *, (library_id + extract(month FROM month)::int) % 6 = 0 AS is_service
        FROM activities_monthlyreport
    ) report
"""


def make_world(size: int, *, is_counted: bool = False, areas: int | None = None) -> None:
    """``size`` libraries in the PostgreSQL of this process, nothing counted or scored; where
    ``is_counted`` with the months counted, and without the entries; in ``areas`` regencies."""
    areas = areas or max(1, -(-size // LIBRARIES_A_REGENCY))
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
        cursor.execute(TALLIES if is_counted else ENTRIES)
    settle()


def settle() -> None:
    """As the autovacuum would, some minutes later."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def copy_to_sqlite(path: Path) -> dict[str, str]:
    """The same world in a SQLite file; returns the environment that a program there needs."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{path}"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=environment, check=True
    )
    there = ConnectionHandler({"default": database(environment["DATABASE_URL"])})["default"]
    try:
        there.disable_constraint_checking()  # who sent the reports is nobody
        there.set_autocommit(False)
        for model in (Region, Library, Organisation, Partnership, MonthlyReport, Activity):
            _copy(model._meta.db_table, there)
        there.commit()
    finally:
        there.close()
    return environment


def _copy(table: str, there: Any) -> None:
    """The tables are known to be empty there, and the keys the same."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [column.name for column in cursor.description]
        columns, values = ", ".join(f'"{name}"' for name in names), ", ".join(["%s"] * len(names))
        rows = iter(cursor)
        with there.cursor() as writing:
            while batch := [tuple(map(_plain, row)) for row in islice(rows, 10_000)]:
                writing.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({values})', batch)


def _plain(value: Any) -> Any:
    """As Django writes it into SQLite."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value)
    return value
