"""Relations point back along the flow: everyone may look left, nobody looks right."""

import pytest

from tests.architecture.conftest import MODELS, OUR_APPS


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_relations_point_back_along_the_flow(model):
    """A foreign key named by a string is invisible to the import checker; here it is not."""
    here = OUR_APPS.index(model._meta.app_label)
    forward = [f for f in model._meta.get_fields() if f.is_relation and not f.auto_created]

    targets = {f.name: f.related_model._meta.app_label for f in forward}

    ahead = {n for n, app in targets.items() if app in OUR_APPS and OUR_APPS.index(app) > here}
    assert ahead == set()


def test_accounts_know_nothing_of_the_domain():
    accounts = [model for model in MODELS if model._meta.app_label == "accounts"]

    targets = {
        field.related_model._meta.app_label
        for model in accounts
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created
    }

    assert targets <= {"accounts"}
