"""What a librarian's phone fetches with the demo's data, in KB compressed: a first visit that opens
this page, and the same page when the home has been there before. Against what the issue allows."""

import django

django.setup()

from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from activities.enums import Kind
from activities.models import MonthlyReport
from tests.architecture.test_static import KB, fetched
from tests.benchmarks.measuring import say
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.demo import seed

FIRST, NEXT = 60, 15


@override_settings(ALLOWED_HOSTS=["*"])
def main() -> None:
    call_command("migrate", verbosity=0)
    seed.seed()
    librarian = User.objects.get(username="labruk")
    browser = Client()
    browser.force_login(librarian)
    kept = set(fetched(browser, reverse("reports:librarian_home"))) - {"the page"}
    for name, address in _pages(librarian).items():
        sizes = fetched(browser, address)
        first = sum(sizes.values()) / KB
        more = sum(size for what, size in sizes.items() if what not in kept) / KB
        say(f"{name}, first visit", first, "KB", ratio=first / FIRST, to=f"{FIRST} KB")
        say(f"{name}, after the home", more, "KB", ratio=more / NEXT, to=f"{NEXT} KB")


def _pages(librarian: User) -> dict[str, str]:
    month = periods.month_code(periods.this_month())
    last = MonthlyReport.objects.visible_to(librarian).from_portal().order_by("-month")[0]
    kinds = {kind.label: reverse("activities:record_kind", kwargs={"kind": kind}) for kind in Kind}
    return {
        "home": reverse("reports:librarian_home"),
        "what to record": reverse("activities:record"),
        **{f"entry, {label}": address for label, address in kinds.items()},
        "running month": reverse("activities:month", kwargs={"month": month}),
        "months": reverse("activities:list"),
        "newest report": last.get_absolute_url(),
        "on this phone": reverse("activities:shell"),
        "messages": reverse("accounts:messages"),
        "stories": reverse("activities:stories"),
        "story to write": reverse("activities:story_write"),
        "help": reverse("help"),
    }


if __name__ == "__main__":
    main()
