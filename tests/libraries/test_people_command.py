"""The console makes the first account of all."""

import io
import re

import pytest
from django.core.management import call_command

from libraries import codes, services
from libraries.models import Activation
from tests.factories import PASSWORD
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

FIRST = ["provinsi", "--role=province_staff", "--name=Retno Wulandari", "--region=35"]


@pytest.fixture
def typed(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))


def test_an_account_with_a_password_is_ready(province, typed, capsys):
    call_command("create_account", *FIRST)

    user = User.objects.get(username="provinsi")
    assert (user.role, user.is_activated) == (Role.PROVINCE_STAFF, True)
    assert user.check_password(PASSWORD)
    assert user.assignments.get().region == province
    assert capsys.readouterr().out == "Akun provinsi siap dipakai.\n"


def test_with_a_code_its_owner_chooses_the_password(province, capsys, settings):
    settings.TPBIS_PUBLIC_URL = "https://portal.example.go.id"

    call_command("create_account", *FIRST, "--code")

    said = capsys.readouterr().out
    code = re.search(r"https://portal\.example\.go\.id/aktivasi/([^/]+)/", said)[1]
    user = services.redeem(
        code=code, full_name="", phone="0812 3456 7890", password="kopi pagi sawah biru"
    )
    assert (user.username, user.full_name) == ("provinsi", "Retno Wulandari")
    assert Activation.objects.get().code_hash == codes.hash_of(code)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--role=librarian", "--name=Siti", "--region=35"], "library: Pilih perpustakaannya."),
        (["--role=regency_pic", "--name=Siti", "--region=99"], "“99” tidak dikenal"),
        (["--role=regency_pic", "--name=Siti", "--region=35"], "region: Wilayah ini tidak sesuai"),
    ],
)
def test_what_does_not_fit_is_named(province, capsys, arguments, said):
    with pytest.raises(SystemExit) as exit_:
        call_command("create_account", "siti", *arguments, "--code")

    assert exit_.value.code == 2
    assert said in capsys.readouterr().err
    assert not User.objects.exists()
