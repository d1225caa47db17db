"""Queries that are composed once and asked of few rows at a time, thousands of times a run:
composing them takes longer than answering them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet


class Statement(NamedTuple):
    """SQL and its parameters."""

    sql: str
    params: tuple[Any, ...] = ()

    @classmethod
    def of(cls, *queries: QuerySet[Any, Any]) -> "Statement":
        """All rows of ``queries`` (values_list), one below the other."""
        composed = [query.query.sql_with_params() for query in queries]
        return cls(
            " UNION ALL ".join(sql for sql, _params in composed),
            tuple(param for _sql, params in composed for param in params),
        )

    def rows(self) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            return list(cursor.fetchall())

    def of_those(self, column: str, keys: Iterable[int]) -> list[tuple[Any, ...]]:
        """The rows that have one of ``keys`` in their column of that name."""
        sql = f"SELECT * FROM ({self.sql}) asked WHERE {column} {among(keys)}"  # noqa: S608
        return Statement(sql, self.params).rows()


def among(keys: Iterable[int]) -> str:
    """SQL of being one of few keys, written as numbers. PostgreSQL is not shown how many they are:
    it would weigh each of them, and might then read a whole table instead."""
    numbers = ",".join(map(str, keys))
    if connection.vendor == "postgresql":
        return f"= ANY ((SELECT '{{{numbers}}}'::bigint[])::bigint[])"
    return f"IN ({numbers})"
