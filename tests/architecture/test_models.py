"""Rules of every table, read from the models: names of constraints, who goes with when, and rows
that say their name without asking the database."""

import pytest
from django.db import models
from django.utils.functional import cached_property

from tests.architecture.conftest import MODELS

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)

ASKS = {
    "kpi.RuleSet.rules": "read once for thousands of libraries, and kept",
}


@each_model
def test_constraints_and_indexes_carry_the_tables_name(model):
    app = model._meta.app_label
    constraints = {c.name for c in model._meta.constraints}
    indexes = {i.name for i in model._meta.indexes}

    assert {
        name for name in constraints if not name.startswith(f"{model._meta.db_table}_")
    } == set()
    assert {name for name in indexes if not name.startswith(f"{app}_")} == set()


@each_model
def test_who_and_when_are_there_together_or_not_at_all(model):
    fields = {field.name: field for field in model._meta.fields}
    pairs = {
        name.removesuffix("_at")
        for name in fields
        if name.endswith("_at") and f"{name.removesuffix('_at')}_by" in fields
    }
    optional = {pair for pair in pairs if fields[f"{pair}_at"].null or fields[f"{pair}_by"].null}

    constrained = {c.name for c in model._meta.constraints}

    wanted = {f"{model._meta.db_table}_{pair}_together" for pair in optional}
    assert wanted - constrained == set()


@each_model
def test_a_choice_is_a_choice_to_the_database_too(model):
    chosen = {
        field.name
        for field in model._meta.fields
        if field.choices and isinstance(field, models.CharField) and not field.blank
    }

    checked = {
        name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
        for name in chosen
        if constraint.name == f"{model._meta.db_table}_{name}_known"
    }

    assert chosen - checked == set()


@each_model
def test_no_model_has_a_hidden_order(model):
    assert not model._meta.ordering


@each_model
def test_a_row_says_its_name_without_asking(one_of_each, model, django_assert_num_queries):
    row = model._default_manager.get(pk=one_of_each[model].pk)

    with django_assert_num_queries(0):
        name = str(row)

    assert name


@each_model
def test_properties_do_not_ask_either(one_of_each, model, django_assert_num_queries):
    row = model._default_manager.get(pk=one_of_each[model].pk)
    names = [
        name
        for name, value in vars(model).items()
        if isinstance(value, property | cached_property)
        and f"{model._meta.label}.{name}" not in ASKS
    ]

    with django_assert_num_queries(0):
        for name in names:
            getattr(row, name)


def test_no_exception_is_stale():
    known = {f"{m._meta.label}.{name}" for m in MODELS for name in vars(m)}

    assert set(ASKS) <= known
