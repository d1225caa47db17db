from typing import Any

from activities.photos.looking import look_at_photos
from tpbis.core.commands import PortalCommand


class Command(PortalCommand):
    help = "Menghitung sidik rupa foto yang belum mempunyainya, untuk mengenali foto berulang."

    def handle(self, *args: Any, **options: Any) -> None:
        done = look_at_photos(seconds=float("inf"))
        self.stdout.write(f"{done} foto dilihat.")
