"""Every template is used, every fragment gets what it uses and nothing else, and nothing stands
inline that the browser is told to refuse."""

import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "templates"
TEMPLATES = {
    path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(FOLDER.rglob("*"))
    if path.is_file()
}
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for app in ("tpbis", "libraries", "stakeholders", "activities", "kpi", "reports")
    for path in (ROOT / app).rglob("*.py")
)
BY_DJANGO = {"400.html", "403.html", "404.html", "500.html"}
PAPER = "reports/pdf/"

each_template = pytest.mark.parametrize("name", TEMPLATES)


@each_template
def test_a_template_is_used(name):
    quoted = re.compile(rf"""["']{re.escape(name)}(#[\w-]+)?["']""")
    others = (text for other, text in TEMPLATES.items() if other != name)

    assert name in BY_DJANGO or quoted.search(CODE) or any(map(quoted.search, others))


@each_template
def test_a_fragment_is_given_what_it_uses_and_nothing_else(name):
    includes = re.findall(r"{%-?\s*include\s.*?%}", TEMPLATES[name], re.DOTALL)

    assert [tag for tag in includes if not re.search(r"\sonly\s*%}$", tag)] == []


@each_template
def test_nothing_stands_inline(name):
    text = re.sub(r"{#.*?#}|{%-?\s*comment.*?endcomment\s*%}", "", TEMPLATES[name], flags=re.DOTALL)

    found = {
        "script": re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text, re.IGNORECASE),
        "style": re.findall(r"<style\b", text, re.IGNORECASE),
        "style attribute": re.findall(r"\sstyle\s*=", text, re.IGNORECASE),
        "handler": re.findall(r"\son[a-z]+\s*=", text, re.IGNORECASE),
        "address": re.findall(r"javascript:", text, re.IGNORECASE),
        "handler of htmx": re.findall(r"\shx-on\b|\bjs:", text),
    }

    assert {kind: hits for kind, hits in found.items() if hits} == {}


@each_template
def test_nothing_comes_from_elsewhere(name):
    """No CDN: what a page loads is the portal's own."""
    text = TEMPLATES[name]

    loads = re.findall(r"""(?:src|srcset|action)\s*=\s*["']?(?:https?:)?//[^"'\s]+""", text)
    links = re.findall(r"""<link\b[^>]*href\s*=\s*["']?(?:https?:)?//[^"'\s]+""", text)

    assert loads + links == []


@each_template
def test_what_people_type_is_escaped(name):
    assert not re.search(r"\|\s*safe\b|{%\s*autoescape\s+off", TEMPLATES[name])


@each_template
def test_a_form_that_changes_something_carries_its_token(name):
    forms = re.findall(r"<form\b.*?</form>", TEMPLATES[name], re.DOTALL | re.IGNORECASE)
    posting = [form for form in forms if re.search(r"method=[\"']?post", form, re.IGNORECASE)]

    assert [form[:80] for form in posting if "csrf_token" not in form] == []


def test_no_code_marks_text_as_safe_unseen():
    """mark_safe and format_html with ready-made text would undo the escaping. What a template has
    escaped already is taken less its indentation in one place."""
    less_indentation = "mark_safe(_INDENTATION.sub("

    assert CODE.count(less_indentation) == 1
    assert not re.search(r"\bmark_safe\(", CODE.replace(less_indentation, ""))
