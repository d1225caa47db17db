"""The API's description is the one of the code, says what everything is, and can be read."""

import io
import json
from functools import cache

import pytest
from django.core.management import call_command
from django.urls import reverse

from tpbis.api import DESCRIPTION

pytestmark = pytest.mark.once

COMMAND = "manage.py spectacular --format openapi-json --file tpbis/openapi.json"


@cache
def described() -> dict:
    return json.loads(DESCRIPTION.read_text(encoding="utf-8"))


def operations():
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


@pytest.mark.django_db
def test_the_committed_file_is_the_one_of_the_code_and_has_no_warning():
    out = io.StringIO()

    call_command("spectacular", format="openapi-json", validate=True, fail_on_warn=True, stdout=out)

    assert json.loads(out.getvalue()) == described(), f"run {COMMAND}"


def test_every_field_and_parameter_says_what_it_is():
    silent = [
        f"{name}.{field}"
        for name, schema in described()["components"]["schemas"].items()
        for field, said in schema.get("properties", {}).items()
        if not said.get("description")
    ]
    silent += [
        f"{name} ?{parameter['name']}"
        for name, operation in operations()
        for parameter in operation["parameters"]
        if not parameter.get("description")
    ]

    assert silent == []


def test_every_operation_names_its_errors_and_its_conditional_answer():
    for name, operation in operations():
        assert operation["description"], name
        assert {"200", "400", "401", "403", "406", "429"} <= set(operation["responses"]), name
        if name.startswith("get "):
            assert "304" in operation["responses"], name


@pytest.mark.django_db
def test_whoever_is_signed_in_reads_the_description_and_its_page(client, librarian):
    client.force_login(librarian)

    told = client.get(reverse("api:schema"))
    page = client.get(reverse("api_docs"))

    assert told.json() == described()
    assert page.status_code == 200
    assert "swagger-ui-bundle" in page.content.decode()
    assert "https://" not in page.content.decode()  # nothing from elsewhere
