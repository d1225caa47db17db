"""What the repository promises whoever clones it: versions, locks, the shape of its top."""

import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Below these, something is known to be broken or unsafe.
FLOORS = {
    "Django": "5.2.19",
    "djangorestframework": "3.18.3",
    "celery": "5.7",
    "kombu": "5.7",
    "redis": "8.1",
    "psycopg2-binary": "2.9.13",
    "Pillow": "12.3",
    "weasyprint": "69",
    "openpyxl": "3.1.5",
    "defusedxml": "0.7.1",
    "django-axes": "8.3",
    "django-otp": "1.7",
    "django-csp": "4.0",
    "argon2-cffi": "25.1",
    "whitenoise": "6.12",
    "gunicorn": "27",
    "drf-spectacular": "0.30",
}
CEILINGS = {"Django": "5.3"}
NOT_WANTED = {
    "django-allauth": "nobody signs up here",
    "django-celery-beat": "sends twice",
    "celery-redbeat": "loses the schedule with Redis",
    "bleach": "no longer maintained",
    "python-magic": "fooled by GIF89a<script>; decoding decides",
}


@pytest.mark.parametrize("name", FLOORS)
def test_what_is_installed_stands_above_its_floor(name):
    installed = Version(version(name))

    assert installed >= Version(FLOORS[name])
    assert installed < Version(CEILINGS.get(name, "9999"))


# --- Lock files -----------------------------------------------------------------------------------


def locked(name: str) -> dict[str, Version]:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE)
    return {canonicalize_name(package): Version(pin) for package, pin in pins}


LOCKS = {
    "requirements.lock": PROJECT["project"]["dependencies"],
    "requirements-dev.lock": [
        *PROJECT["project"]["dependencies"],
        *PROJECT["dependency-groups"]["dev"],
    ],
}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    content = "\n".join(line for line in text.splitlines() if not line.startswith("#"))

    assert not re.search(r"https?:|file:|--index|--extra-index|--find-links|@ |(?<!\w)/\w", content)
    assert "/" not in text.splitlines()[1].replace("pyproject.toml", "")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_a_hash_for_every_package(name):
    text = (ROOT / name).read_text(encoding="utf-8")

    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]

    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(name):
    pins = locked(name)

    asked = [Requirement(line) for line in LOCKS[name]]

    unmet = {
        wanted.name
        for wanted in asked
        if canonicalize_name(wanted.name) not in pins
        or pins[canonicalize_name(wanted.name)] not in wanted.specifier
    }
    assert unmet == set()


def test_both_locks_agree():
    runtime, development = locked("requirements.lock"), locked("requirements-dev.lock")

    assert {name: development.get(name) for name in runtime} == runtime


@pytest.mark.parametrize("name", NOT_WANTED)
def test_what_is_not_wanted_is_not_there(name):
    assert canonicalize_name(name) not in locked("requirements-dev.lock")


def test_each_dependency_says_what_it_is_for():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [", 1)[1].split("\n]", 1)[0]

    lines = [line for line in block.splitlines() if line.strip()]

    assert [line for line in lines if not re.search(r'",\s+# \S', line)] == []


# --- The shape ------------------------------------------------------------------------------------

TOP = {
    *["manage.py", "pyproject.toml", "docker-compose.yml", "README.md", "Makefile", "Dockerfile"],
    *["requirements.lock", "requirements-dev.lock", "LICENSE", "CHANGELOG.md"],
    *["tpbis", "libraries", "activities", "kpi", "stakeholders", "reports"],
    *["templates", "static", "tests", "locale"],
}


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


@pytest.fixture(scope="module")
def files() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    return tracked()


def test_the_top_level_is_fixed(files):
    top = {name.split("/")[0] for name in files}

    assert {name for name in top if not name.startswith(".")} <= TOP


def test_nothing_private_or_made_is_committed(files):
    made = re.compile(r"(^|/)(var|\.venv|__pycache__)/|\.sqlite3|\.pyc$|^\.env$|secret_key")

    assert [name for name in files if made.search(name)] == []


def test_no_module_hides_what_it_is_for(files):
    vague = re.compile(r"(^|/)(utils|helpers|common|misc|manager|handler)\.py$")

    assert [name for name in files if vague.search(name)] == []


def test_modules_stay_readable(files):
    """Past about 400 lines a module becomes a package of the same name."""
    ours = [name for name in files if name.endswith(".py") and "/migrations/" not in name]
    source = [name for name in ours if not name.startswith("tests/")]

    lengths = {name: (ROOT / name).read_text(encoding="utf-8").count("\n") for name in source}

    assert {name: lines for name, lines in lengths.items() if lines > 450} == {}


def test_continuous_integration_does_nothing_cleverer_than_make():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    commands = [
        line for line in lines if line and not line.startswith(("#", "export", "set", "cd"))
    ]

    assert commands == ["make lint", "make test"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_make_knows_what_the_readme_says():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    assert {"demo", "demo-reset", "test", "lint", "fix", "bench", "lock"} <= targets
    assert set(re.findall(r"`make ([a-z-]+)", readme)) <= targets
