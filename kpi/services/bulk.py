"""Many rows written by one statement: those there are changed, the others added."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

_BATCH = 2_000
_Rows = Sequence[Sequence[Any]]


def upsert(
    model: type[models.Model], fields: Sequence[str], rows: _Rows, *, unique: Sequence[str]
) -> None:
    """Write ``rows`` (values of ``fields``, all but the key, by the names of their columns) where
    ``unique`` tells old from new; no two rows have the same."""
    write = _as_arrays if connection.vendor == "postgresql" else _as_objects
    for start in range(0, len(rows), _BATCH):
        write(model, fields, rows[start : start + _BATCH], unique)


def _as_objects(
    model: type[models.Model], fields: Sequence[str], rows: _Rows, unique: Sequence[str]
) -> None:
    model._default_manager.bulk_create(
        [model(**dict(zip(fields, row, strict=True))) for row in rows],
        update_conflicts=True,
        unique_fields=list(unique),
        update_fields=[name for name in fields if name not in unique],
    )


_UPSERT = """
    INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays})
    ON CONFLICT ({unique}) DO UPDATE SET {changes}
"""


def _as_arrays(
    model: type[models.Model], fields: Sequence[str], rows: _Rows, unique: Sequence[str]
) -> None:
    """PostgreSQL only. One array a column, written as text: the server reads that much quicker than
    as many values, and quicker than a COPY into a table of so few rows."""
    columns = {name: _column(model, name) for name in fields}
    keys = {columns[name][0] for name in unique}
    names = [name for name, _type in columns.values()]
    sql = _UPSERT.format(
        table=connection.ops.quote_name(model._meta.db_table),
        columns=", ".join(names),
        arrays=", ".join(f"%s::{db_type}[]" for _name, db_type in columns.values()),
        unique=", ".join(keys),
        changes=", ".join(f"{name} = excluded.{name}" for name in names if name not in keys),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [_array(column) for column in zip(*rows, strict=True)])


def _column(model: type[models.Model], name: str) -> tuple[str, str]:
    """How a field is called in SQL, and its type there."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    assert field.column is not None
    return connection.ops.quote_name(field.column), str(field.rel_db_type(connection))


def _array(values: Sequence[Any]) -> str:
    if all(type(value) is int for value in values):
        return "{" + ",".join(map(str, values)) + "}"
    # Mostly a few dates or colours, many times.
    texts = {value: _element(value) for value in set(values)}
    return "{" + ",".join([texts[value] for value in values]) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
