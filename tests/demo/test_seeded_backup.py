"""The whole way with the demo's data: sealed, wrecked, put back, and the same as before."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import seeded as seeds
from tests.seeded import Seeded

pytestmark = pytest.mark.seeded
# Everybody is signed out, mails that waited are given up, and the audit tells of it.
MAY_DIFFER = {"accounts_session", "accounts_message", "accounts_auditevent"}
_SUMS = """
import hashlib, json
from django.apps import apps
from django.db import connection
found = {}
for model in apps.get_models(include_auto_created=True):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
        rows = sorted(map(repr, cursor.fetchall()))
    found[model._meta.db_table] = hashlib.md5("\\n".join(rows).encode()).hexdigest()
print(json.dumps(found))
"""
# As the schedule does each minute; without it the audit says that nobody did for too long.
_LINK = """
from tpbis.accounts.services import link_audit
link_audit()
"""
_WRECK = """
from libraries.models import Library
from activities.models import Activity
Library.objects.update(name="Rusak")
Activity.objects.filter(pk__in=Activity.objects.values("pk")[:50]).update(title="Rusak")
"""


@pytest.fixture
def portal(seeded: Seeded, seeded_var: Path, tmp_path: Path) -> Iterator[Seeded]:
    """A copy of the demo, on the database the suite runs on."""
    var = seeds.copy(seeded_var, tmp_path / "var")
    if not seeded.database_url:
        yield Seeded(var)
        return
    url = f"{seeded.database_url}_restored"
    seeds._drop(seeded.database_url, url)
    template = seeds._name(seeded.database_url)
    seeds._execute(
        seeded.database_url, f'CREATE DATABASE "{seeds._name(url)}" TEMPLATE "{template}"'
    )
    try:
        yield Seeded(var, url)
    finally:
        seeds._drop(seeded.database_url, url)


def test_what_was_wrecked_is_as_it_was(portal: Seeded, tmp_path: Path, monkeypatch):
    key = tmp_path / "kunci.txt"
    line = portal.manage("backup_key", str(key)).stdout.strip()
    monkeypatch.setenv(*line.split("="))
    portal.manage("shell", "--no-imports", "--command", _LINK)
    before, files = _tables(portal), _files(portal.var / "media")
    assert files

    portal.manage("backup", "--to", str(tmp_path / "cadangan"))
    (made,) = (tmp_path / "cadangan").iterdir()
    assert "Utuh" in portal.manage("verify_backup", str(made), "--key", str(key)).stdout

    portal.manage("shell", "--no-imports", "--command", _WRECK)
    shutil.rmtree(portal.var / "media")
    wrecked = _tables(portal)
    assert {name for name in before if wrecked[name] != before[name]} >= {"libraries_library"}

    damaged = tmp_path / "rusak.tar.age"
    damaged.write_bytes(made.read_bytes()[:-1])
    refused = portal.manage("restore", str(damaged), "--key", str(key), "--yes", check=False)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert _tables(portal) == wrecked

    portal.manage("restore", str(made), "--key", str(key), "--yes")

    after = _tables(portal)
    assert {name for name in before if after[name] != before[name]} <= MAY_DIFFER
    assert _files(portal.var / "media") == files
    assert portal.manage("verify_audit").returncode == 0


def _tables(portal: Seeded) -> dict[str, str]:
    return json.loads(portal.manage("shell", "--no-imports", "--command", _SUMS).stdout)


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.md5(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
