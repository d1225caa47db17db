from argparse import ArgumentParser
from typing import Any

from tpbis.core import heartbeat
from tpbis.core.commands import PortalCommand, Refused


class Command(PortalCommand):
    help = "Periksa apakah jadwal masih berdetak: heartbeat --older-than 180"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--older-than", type=int, default=180, help="detik")

    def handle(self, *args: Any, older_than: int, **options: Any) -> None:
        age = heartbeat.age_seconds()
        if age is None:
            raise Refused("Jadwal belum pernah berdetak.")
        if age > older_than:
            raise Refused(f"Jadwal berhenti berdetak {age:.0f} detik yang lalu.")
        self.stdout.write(f"Jadwal berdetak {age:.0f} detik yang lalu.")
