"""Every Indonesian source string has its English, and the compiled file says the same."""

import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

pytestmark = pytest.mark.once

LOCALE = Path(settings.BASE_DIR) / "locale"
CATALOGUE = LOCALE / "en" / "LC_MESSAGES"
SOURCES = ["tpbis", "libraries", "stakeholders", "activities", "kpi", "reports", "templates"]


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> set[str]:
    """What the source asks to be translated, found by gettext's own extractor."""
    if shutil.which("xgettext") is None:
        pytest.skip("gettext is not installed: apt-get install gettext")
    copy = tmp_path_factory.mktemp("locale")
    for name in SOURCES:
        shutil.copytree(
            Path(settings.BASE_DIR) / name, copy / name, ignore=shutil.ignore_patterns("*.pyc")
        )
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "en", "-v", "0"],
        cwd=copy,
        env={"PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )
    found = polib.pofile(str(copy / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    return {entry.msgid for entry in found}


def test_every_source_string_has_its_english(extracted):
    catalogue = polib.pofile(str(CATALOGUE / "django.po"))
    translated = {entry.msgid for entry in catalogue if entry.translated() and not entry.fuzzy}

    assert extracted - translated == set()


def test_the_catalogue_holds_nothing_the_source_no_longer_says(extracted):
    catalogue = {entry.msgid for entry in polib.pofile(str(CATALOGUE / "django.po"))}

    assert catalogue - extracted == set()


def test_the_compiled_file_says_what_the_catalogue_says():
    written = {
        (e.msgid, e.msgstr or tuple(e.msgstr_plural.values()))
        for e in polib.pofile(str(CATALOGUE / "django.po"))
        if e.translated()
    }
    compiled = {
        (e.msgid, e.msgstr or tuple(e.msgstr_plural.values()))
        for e in polib.mofile(str(CATALOGUE / "django.mo"))
    }

    assert compiled == written


def test_placeholders_survive_the_translation():
    import re

    holes = re.compile(r"%\(\w+\)[sd]|%[sd]")
    torn = [
        entry.msgid
        for entry in polib.pofile(str(CATALOGUE / "django.po"))
        if entry.msgstr
        and sorted(holes.findall(entry.msgid)) != sorted(holes.findall(entry.msgstr))
    ]

    assert torn == []
