"""`manage.py reset_second_factor provinsi`: for the administrator whom nobody else can help."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tpbis.accounts import services
from tpbis.accounts.models import User


class Command(BaseCommand):
    help = "Hapus langkah kedua sebuah akun; pemiliknya memasang yang baru saat masuk berikutnya."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="USERNAME")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            raise CommandError(f"Tidak ada akun bernama {username}.")
        services.reset_second_factor(user=user, by=None)
        self.stdout.write(
            f"Langkah kedua {user.username} dihapus dan semua perangkatnya dikeluarkan. "
            "Langkah kedua baru dipasang saat masuk berikutnya."
        )
