"""History that can be added to and never changed: refused here with a readable error, and by a
trigger on both databases for whoever comes another way."""

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
    """Migration operation: from now on ``table`` refuses UPDATE and DELETE."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

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
            schema_editor.execute(f"DROP TRIGGER {self.table}_append_only ON {self.table}")
            schema_editor.execute(f"DROP FUNCTION {self.table}_append_only()")
        else:
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {self.table}_no_{event}")

    def describe(self) -> str:
        return f"Refuse UPDATE and DELETE on {self.table}"

    def _statements(self, vendor: str) -> list[str]:
        message = f"{self.table} is append-only"
        if vendor == "postgresql":
            return [
                f"CREATE FUNCTION {self.table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; "
                f"END $$",
                f"CREATE TRIGGER {self.table}_append_only BEFORE UPDATE OR DELETE ON {self.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {self.table}_append_only()",
            ]
        return [
            f"CREATE TRIGGER {self.table}_no_{event} BEFORE {event.upper()} ON {self.table} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for event in ("update", "delete")
        ]
