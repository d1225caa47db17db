import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from libraries import codes, services
from libraries.models import Library, Region
from tpbis.accounts.enums import Role
from tpbis.core.commands import PortalCommand, Refused


class Command(PortalCommand):
    help = (
        "Buat akun dengan tempat tugasnya; kata sandi ditanyakan, atau dibaca dari masukan. "
        "Dengan --code pemiliknya memilih kata sandi sendiri lewat tautan aktivasi."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="nama pengguna untuk masuk")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--name", required=True, help="nama lengkap")
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("--region", help="kode wilayah, misalnya 35 atau 35.08")
        place.add_argument("--library", type=int, help="nomor perpustakaan")
        parser.add_argument(
            "--code", action="store_true", help="tampilkan tautan aktivasi, tanpa kata sandi"
        )

    def handle(
        self,
        *args: Any,
        username: str,
        role: str,
        name: str,
        region: str | None,
        library: int | None,
        code: bool,
        **options: Any,
    ) -> None:
        place: dict[str, Any] = {}
        if region:
            place["region"] = Region.objects.filter(code=region).first()
        else:
            place["library"] = Library.objects.filter(pk=library or 0).first()
        if not all(place.values()):
            raise Refused(f"Tempat tugas “{region or library}” tidak dikenal.")
        account = {"username": username, "role": Role(role), "full_name": name, **place}
        try:
            self._invite(account) if code else self._create(account)
        except ValidationError as invalid:
            raise Refused(
                *(
                    f"{field}: {message}"
                    for field, messages in invalid.message_dict.items()
                    for message in messages
                )
            ) from None

    def _create(self, account: dict[str, Any]) -> None:
        services.create_account(
            password=self._password(), starts_on=timezone.localdate(), **account
        )
        self.stdout.write(f"Akun {account['username']} siap dipakai.")

    def _invite(self, account: dict[str, Any]) -> None:
        activation = services.invite(by=None, **account)
        link = codes.link_of(codes.code_of(activation.uuid))
        until = timezone.localtime(activation.expires_at)
        self.stdout.write(f"Akun {account['username']} menunggu aktivasi:")
        self.stdout.write(link)
        self.stdout.write(f"Sekali pakai, berlaku sampai {until:%d-%m-%Y}.")

    def _password(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        first = getpass("Kata sandi (minimal 15 huruf; empat kata acak itu baik): ")
        if getpass("Sekali lagi: ") != first:
            raise Refused("Kedua kata sandi tidak sama.")
        return first
