"""Every action that is written has its sentence, and every sentence its action."""

import ast
from pathlib import Path

from django.apps import apps
from django.conf import settings

from tpbis.accounts import denials, history
from tpbis.accounts.history.sentences import LABELS

ROOT = Path(settings.BASE_DIR)
SOURCES = [
    path
    for app in ("tpbis", "libraries", "stakeholders", "activities", "kpi", "reports")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]


def texts(node: ast.expr) -> list[str]:
    """What an action may be: a text, or one of two."""
    if isinstance(node, ast.IfExp):
        return [*texts(node.body), *texts(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def written_actions() -> set[str]:
    """The first argument of each call of ``audit.record``, or of a function that hands it on."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                found |= {text for text in texts(node.args[0]) if is_action(text, node)}
    return found | {denials.LOCKED_OUT}


def is_action(text: str, call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    app, _dot, verb = text.partition(".")
    is_said = name.lstrip("_").startswith(("record", "note"))
    return is_said and app in apps.app_configs and verb.isidentifier()


def test_every_action_has_its_sentence():
    assert sorted(written_actions() - set(history.SENTENCES)) == []


def test_no_sentence_is_about_nothing():
    assert sorted(set(history.SENTENCES) - written_actions()) == []


def test_every_kind_of_thing_is_one_and_has_the_name_it_is_told_by():
    for kind, (_word, named_by) in history.KINDS.items():
        fields = {field.name for field in apps.get_model(kind)._meta.concrete_fields}

        assert not named_by or named_by in fields


def test_sentences_and_labels_are_words_of_the_interface():
    told = [*history.SENTENCES.values(), *LABELS.values(), *(k for k, _n in history.KINDS.values())]

    assert all(str(words).strip() for words in told)
