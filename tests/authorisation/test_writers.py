"""What writes without anybody asking by browser: tasks, commands, receivers. Each is listed with
why it may, so that a new one is a decision."""

import importlib
import pkgutil
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.contrib.auth import signals as auth_signals
from django.db.models import signals as model_signals
from django.dispatch import Signal

from tests.architecture.conftest import OUR_APPS

PACKAGES = ("tpbis", *OUR_APPS[1:])

TASKS = {
    "accounts.link_audit": "links of the audit's chain; changes no event",
    "accounts.send_password_link": "mails the account's own address",
    "accounts.clear_expired": "sessions and attempts that are over",
    "libraries.work_on_roster": "one roster, within the places of whoever sent it, looked at again",
    "libraries.sweep": "takes up rosters that a lost worker left",
    "kpi.recount": "derived rows of libraries whose register changed",
    "backup.make": "one sealed file of everything, and removes old ones; no row",
    "core.beat_heartbeat": "touches a file under var/; no row",
    # Messages follow from what others did and from the day, like a score: who is told stands in the
    # messages themselves, so an audit event each would say nothing more.
    "activities.tell_of_the_day": "messages to people in force, about their own places",
    "activities.tell_returned": "messages to a library's librarians, about their own reports",
    "stakeholders.remind_of_decrees": "messages to those who keep a team, and that they were told",
    "accounts.mail_pending": "how far a message's mail is; mails its reader's own address",
    "activities.sweep_drafts": "half-written texts after 90 days; they are nobody's report",
    "activities.check_photos": "removes files that no row speaks of; no row",
    "activities.look_at_photos": "what a photo looks like, derived from its file",
    "activities.take_in_sim": "one feed, sent in by province staff",
    "activities.sweep_sim_imports": "takes up feeds that a lost worker left",
    "activities.fetch_sim": "queues activities.fetch_sim_of_regency",
    "activities.fetch_sim_of_regency": "the feed of one regency, from the host that is set",
    "activities.link_sim_rows": "matches rows of the SIM by name and place; scope is the feed's",
    "kpi.count_and_rescore": "derived rows of one library, from what was approved",
    "kpi.rescore_library": "derived rows of one library",
    "kpi.close_months": "what was on a closing day, once; an audit event each month",
    "kpi.sweep": "derived rows whose sources changed",
    "kpi.start_night_run": "a run over everybody's derived rows, once a night",
    "kpi.work_on_area": "derived rows of one area of a run, once",
    "kpi.sweep_runs": "takes up areas of a run that a lost worker left",
    "reports.count_areas": "derived rows of regencies that something was written in",
    "reports.render": "one document, within the scope of whoever asked for it, asked again",
    "reports.sweep": "takes up documents that a lost worker left",
    "reports.remove_expired": "files of documents whose time is over; audited",
    "reports.run_schedules": "asks for what somebody scheduled, within their scope today",
}
COMMANDS = {
    "check_seals": "writes nothing: holds what was approved against its seal",
    "verify_audit": "reads",
    "reset_second_factor": "the console: whoever has it has the database; audited",
    "heartbeat": "reads a file",
    "backup": "one sealed file of everything; no row",
    "backup_key": "a key in a new file; no row",
    "verify_backup": "reads",
    "restore": "the console: whoever has it has the database; audited",
    "create_account": "the console: whoever has it has the database",
    "import_libraries": "the console; the same service as the import by browser",
    "load_regions": "the console; the Kemendagri list",
    "check_photos": "the console; removes files that no row speaks of; no row",
    "look_at_photos": "the console; what a photo looks like, derived from its file",
    "import_sim": "the console; the national feed",
    "score": "the console; derived rows only",
    "close_month": "the console; a month whose closing moment has come, once; audited",
    "reproduce_score": "reads",
    "count_areas": "the console; derived rows only",
    "figures": "reads",
    "make_document": "the console; writes a file, no row",
    "demo": "the demo only, refuses to run over real data",
    "seed_demo": "the demo only, refuses to run over real data",
}
RECEIVERS = {
    "activities.receivers.link_their_rows": "queues activities.link_sim_rows",
    "activities.receivers.move_its_reports": "part of a merger, in its transaction",
    "activities.receivers.count_the_other_of_each_pair": "part of a switch of source, audited",
    "kpi.receivers.count_its_visits_anew": "derived rows, to be counted anew",
    "activities.receivers.tell_its_library": "queues activities.tell_returned",
    "kpi.receivers.count_what_it_got": "queues kpi tasks",
    "kpi.receivers.move_its_awards": "part of a merger, in its transaction; audited",
    "kpi.receivers.forget_the_duplicate": "derived rows of a library that was merged",
    "kpi.receivers.score_all_anew": "a run over everybody's derived rows",
    "kpi.receivers.share_out_its_areas": "queues kpi.work_on_area",
    "kpi.receivers.score_what_the_register_says_anew": "queues kpi tasks",
    "libraries.receivers.take_it_up": "queues libraries.work_on_roster",
    "libraries.receivers.what_libraries_know": "answers a question for the copy of one's own data",
    "reports.apps._with_marks": "triggers of the database, after migrations; no row",
    "reports.apps._without_marks": "triggers of the database, before migrations; no row",
    "stakeholders.receivers.move_its_partnerships": "part of a merger, in its transaction",
    "tpbis.accounts.receivers.log_lock_out": "an audit event",
    "tpbis.accounts.receivers.note_sign_out": "an audit event",
    "tpbis.accounts.receivers.queue_password_link": "queues accounts.send_password_link",
    "tpbis.accounts.receivers.stamp_session": "the session that is being opened",
    "activities.receivers.take_it_in": "queues activities.take_in_sim",
    "activities.receivers.link_its_rows": "queues activities.link_sim_rows",
    "kpi.receivers.count_the_month": "queues kpi.count_and_rescore",
    "kpi.receivers.score_the_library": "queues kpi.rescore_library",
    "reports.receivers.make_the_document": "queues reports.render",
    "reports.receivers.move_its_certificate": "part of a merger, in its transaction; audited",
    "reports.receivers.move_its_documents": "part of a merger, in its transaction",
}


def test_every_task_is_listed():
    current_app.loader.import_default_modules()
    tasks = {name for name in current_app.tasks if not name.startswith("celery.")}

    assert tasks - set(TASKS) == set(), "say in TASKS why it may write"
    assert set(TASKS) - tasks == set(), "stale"


def test_every_command_is_listed():
    found = {
        path.stem
        for app in PACKAGES
        for path in Path(settings.BASE_DIR, app).rglob("management/commands/*.py")
        if path.stem != "__init__"
    }

    assert found - set(COMMANDS) == set(), "say in COMMANDS why it may write"
    assert set(COMMANDS) - found == set(), "stale"


def test_every_receiver_is_listed():
    found = {
        name
        for signal in _signals()
        for name in _receivers(signal)
        if name.startswith(tuple(f"{app}." for app in PACKAGES))
    }

    assert found - set(RECEIVERS) == set(), "say in RECEIVERS what it does"
    assert set(RECEIVERS) - found == set(), "stale"


def _signals() -> list[Signal]:
    modules = [
        importlib.import_module(found.name)
        for app in PACKAGES
        for found in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}.")
        if found.name.endswith(".signals")
    ]
    modules += [auth_signals, model_signals]
    modules.append(importlib.import_module("axes.signals"))
    return [one for module in modules for one in vars(module).values() if isinstance(one, Signal)]


def _receivers(signal: Signal) -> set[str]:
    live = []
    for entry in signal.receivers:
        function = entry[1]
        live.append(function() if hasattr(function, "__self__") or _is_weak(function) else function)
    return {f"{one.__module__}.{one.__qualname__}" for one in live if hasattr(one, "__module__")}


def _is_weak(reference: object) -> bool:
    return type(reference).__name__ in ("ReferenceType", "weakref", "WeakMethod")
