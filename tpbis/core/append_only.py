"""History that can be added to and never changed: refused here with a readable error, and by a
trigger on both databases for whoever comes another way."""

from collections.abc import Sequence
from typing import Any, NoReturn

from django.db import models
from django.db.migrations.operations.base import Operation


class NeverChanged(Exception):
    """A row of history was about to be changed or deleted."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **values: Any) -> NoReturn:
        raise NeverChanged(self.model._meta.label)

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NeverChanged(self.model._meta.label)

    def delete(self) -> NoReturn:
        raise NeverChanged(self.model._meta.label)


class AppendOnlyModel(models.Model):
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise NeverChanged(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NeverChanged(str(self))


class AppendOnly(Operation):
    """Migration operation: from now on ``table`` refuses ``events`` (UPDATE and DELETE).

    ``when`` is an SQL condition that holds of the rows meant: ``OLD.state = 'published'``; without
    it all are. Where INSERT is refused it speaks of ``NEW``, and stands in an operation of its own
    with another ``name``.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        table: str,
        *,
        when: str = "",
        events: Sequence[str] = ("update", "delete"),
        name: str = "",
    ) -> None:
        self.table, self.when, self.events = table, when, tuple(events)
        self.name = name or f"{table}_append_only"
        self._given_name = name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        for statement in self._statements(schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {self.name} ON {self.table}")
            schema_editor.execute(f"DROP FUNCTION {self.name}()")
        else:
            for event in self.events:
                schema_editor.execute(f"DROP TRIGGER {self._name_of(event)}")

    def describe(self) -> str:
        return f"Refuse {' and '.join(self.events).upper()} on {self.table}"

    def _name_of(self, event: str) -> str:
        return f"{self._given_name or self.table}_no_{event}"

    def _statements(self, vendor: str) -> list[str]:
        message = f"{self.table} is append-only"
        if vendor == "postgresql":
            events = " OR ".join(self.events).upper()
            returned = "COALESCE(NEW, OLD)" if "delete" in self.events else "NEW"
            return [
                f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN IF {self.when or 'true'} THEN "
                f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; "
                f"END IF; RETURN {returned}; END $$",
                f"CREATE TRIGGER {self.name} BEFORE {events} ON {self.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
            ]
        condition = f"WHEN {self.when} " if self.when else ""
        return [
            f"CREATE TRIGGER {self._name_of(event)} BEFORE {event.upper()} ON {self.table} "
            f"{condition}BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for event in self.events
        ]
