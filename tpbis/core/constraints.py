"""Rules that the database keeps, written so that a model reads like its rule."""

from django.db.models import CheckConstraint, Q


def together(app_model: str, name: str) -> CheckConstraint:
    """``<name>_at`` and ``<name>_by`` are both there or both empty."""
    return CheckConstraint(
        name=f"{app_model}_{name}_together",
        condition=Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})
        | Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False}),
    )


def one_of(app_model: str, field: str, values: list[str]) -> CheckConstraint:
    """``field`` holds one of the listed codes."""
    return CheckConstraint(
        name=f"{app_model}_{field}_known", condition=Q(**{f"{field}__in": values})
    )


def first_day_of_month(app_model: str, field: str = "month") -> CheckConstraint:
    return CheckConstraint(
        name=f"{app_model}_{field}_is_first_day", condition=Q(**{f"{field}__day": 1})
    )
