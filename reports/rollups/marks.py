"""Triggers that mark a regency's months as stale, in the transaction of the write that did it.

SQLite makes a table anew to change it, which fails while another table's trigger speaks of it: so
there they come after the last migration (``put``) and go before the first (``take_away``), and on
PostgreSQL with a migration.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.migrations.operations.base import Operation

MARKS = "reports_stalearea"
_EVENTS = ("insert", "update", "delete")


@dataclass(frozen=True, slots=True)
class Source:
    """A table that figures are made of, and how a row of it leads to a regency and a month.

    ``{r}`` stands for the row, ``among`` for the tables that ``place`` is found in, ``where`` for
    how, and for which rows matter at all. ``changed``: the columns that do; an UPDATE of others
    marks nothing. ``since`` NULL: from the beginning.
    """

    table: str
    changed: Sequence[str]
    since: str
    place: str = "l.regency_id"
    among: str = "libraries_library l"
    where: str = "l.id = {r}.library_id"
    events: Sequence[str] = _EVENTS

    @property
    def name(self) -> str:
        return f"{self.table}_marks"

    def of(self, row: str) -> dict[str, str]:
        return {
            "place": self.place.format(r=row),
            "since": self.since.format(r=row),
            "among": self.among,
            "where": self.where.format(r=row),
        }


class MarksStale(Operation):
    """Migration operation: from now on a write to ``source`` leaves a row in ``StaleArea``. Once a
    statement, over all its rows, as plain rows that wait for nobody. Not on SQLite, see above."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, source: Source) -> None:
        self.source = source

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for statement in _postgresql(self.source):
                schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            source = self.source
            for event in source.events:
                schema_editor.execute(f"DROP TRIGGER {source.name}_{event} ON {source.table}")
            schema_editor.execute(f"DROP FUNCTION {source.name}()")

    def describe(self) -> str:
        return f"Mark figures as stale when {self.source.table} is written"


class MarksStaleAnew(MarksStale):
    """Where what is marked changed since."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """What it marks more than before does no harm."""


# --- PostgreSQL -----------------------------------------------------------------------------------

_TABLES = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}


def _postgresql(source: Source) -> list[str]:
    branches = " ELS".join(
        f"IF TG_OP = '{event.upper()}' THEN {_mark_all(source, event)};" for event in source.events
    )
    return [
        f"CREATE FUNCTION {source.name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {branches} END IF; RETURN NULL; END $$",
        *(
            f"CREATE TRIGGER {source.name}_{event} AFTER {event.upper()} ON {source.table} "
            f"{_TABLES[event]} FOR EACH STATEMENT EXECUTE FUNCTION {source.name}()"
            for event in source.events
        ),
    ]


def _mark_all(source: Source, event: str) -> str:
    parts = source.of("r")
    if event == "update":
        old, new = (
            ", ".join(f"{row}.{name}" for name in source.changed) for row in ("old_one", "new_one")
        )
        pairs = (
            "FROM old_rows old_one JOIN new_rows new_one ON new_one.id = old_one.id "
            f"WHERE ({old}) IS DISTINCT FROM ({new})"
        )
        rows = f"(SELECT old_one.* {pairs} UNION ALL SELECT new_one.* {pairs})"
    else:
        rows = "new_rows" if event == "insert" else "old_rows"
    return (
        f"INSERT INTO {MARKS} (region_id, since) "  # noqa: S608
        "SELECT place, date_trunc('month', min(since))::date FROM ("
        f"SELECT {parts['place']} AS place, ({parts['since']})::date AS since "
        f"FROM {rows} r, {parts['among']} WHERE {parts['where']}"
        ") found GROUP BY place"
    )


# --- SQLite ---------------------------------------------------------------------------------------


def put(sources: Iterable[Source], connection: Any) -> None:
    """The triggers of the tables that are there. One writer, and rows only: what is marked already
    is not marked again."""
    with connection.cursor() as cursor:
        known = set(connection.introspection.table_names(cursor))
        for source in sources:
            if {MARKS, source.table} <= known:
                for event in source.events:
                    cursor.execute(_sqlite(source, event))


def take_away(sources: Iterable[Source], connection: Any) -> None:
    with connection.cursor() as cursor:
        for source in sources:
            for event in source.events:
                cursor.execute(f"DROP TRIGGER IF EXISTS {source.name}_{event}")


_ROWS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def _sqlite(source: Source, event: str) -> str:
    return (
        f"CREATE TRIGGER IF NOT EXISTS {source.name}_{event} AFTER {event.upper()} "
        f"ON {source.table} {_if_changed(source) if event == 'update' else ''}"
        f"BEGIN {' '.join(_mark_one(source, row) for row in _ROWS[event])} END"
    )


def _if_changed(source: Source) -> str:
    return f"WHEN {' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in source.changed)} "


def _mark_one(source: Source, row: str) -> str:
    parts = source.of(row)
    return (
        f"INSERT INTO {MARKS} (region_id, since) "  # noqa: S608
        "SELECT DISTINCT place, month FROM ("
        f"SELECT {parts['place']} AS place, date({parts['since']}, 'start of month') AS month "
        f"FROM {parts['among']} WHERE {parts['where']}) found "
        f"WHERE NOT EXISTS (SELECT 1 FROM {MARKS} known WHERE known.region_id = found.place "
        "AND (known.since IS NULL OR known.since <= found.month));"
    )
