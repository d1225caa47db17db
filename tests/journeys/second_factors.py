"""The app on an official's phone that shows codes."""

from base64 import b32decode

from django.utils import timezone
from django_otp.oath import TOTP
from playwright.sync_api import Page


class CodeApp:
    """Knows the secret of one account. It never shows the same code twice, as its owner would wait
    for the next; the portal lets a phone's clock be half a minute ahead."""

    def __init__(self, secret: str) -> None:
        self._key = b32decode(secret.replace(" ", ""))
        self._shown = 0

    def code(self) -> str:
        totp = TOTP(self._key)
        totp.time = timezone.now().timestamp()
        ahead = max(0, self._shown + 1 - totp.t())
        self._shown = totp.t() + ahead
        totp.time += ahead * totp.step
        return f"{totp.token():06d}"


def set_up(page: Page) -> CodeApp:
    """On the page that asks for it, up to the page of the recovery codes."""
    app = CodeApp(page.locator("code.secret").inner_text())
    page.get_by_label("Kode").fill(app.code())
    page.get_by_role("button", name="Pasang").click()
    page.get_by_role("heading", name="Simpan kode cadangan ini").wait_for()
    return app
