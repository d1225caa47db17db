"""What a province decides about its pages: who may, what is refused, what two people do at once."""

import pytest
from django.urls import reverse

from reports.models import ProvinceSettings
from reports.services import provinces
from tests.reports.words import words
from tpbis.accounts.models import AuditEvent


def url(code: str = "35") -> str:
    return reverse("reports:province_settings", args=[code])


def said(province, **other):
    return {
        "versi": provinces.decided_version(provinces.province_settings(province)),
        "leading_kpi": "official",
        "public_intro": "",
        **other,
    }


@pytest.fixture
def staff_client(client, staff):
    client.force_login(staff)
    return client


def test_everything_is_as_by_default_until_somebody_decides(staff_client, province):
    response = staff_client.get(url())

    assert response.context["form"]["leading_kpi"].value() == "portal"
    assert response.context["form"]["public_page"].value() is False
    assert not ProvinceSettings.objects.exists()


def test_what_was_decided_is_kept_with_who_and_when(staff_client, staff, province):
    response = staff_client.post(
        url(), said(province, public_page="on", public_intro="Perpustakaan desa kami")
    )

    assert response.status_code == 302
    settings = ProvinceSettings.objects.get(region=province)
    assert (settings.leading_kpi, settings.public_page) == ("official", True)
    assert settings.public_intro == "Perpustakaan desa kami"
    assert settings.changed_by == staff
    (event,) = AuditEvent.objects.filter(action="reports.decide_province")
    assert event.changes["leading_kpi"] == ["portal", "official"]
    assert "Perpustakaan desa kami" not in str(event.changes)


def test_saving_the_same_again_is_no_event(staff_client, province):
    staff_client.post(url(), said(province))
    staff_client.post(url(), said(province))

    assert AuditEvent.objects.filter(action="reports.decide_province").count() == 1


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"leading_kpi": ""}, "Pilih KPI yang tampil paling atas."),
        ({"leading_kpi": "both"}, "Pilih salah satu KPI yang ada di sini."),
        ({"public_intro": "a" * 1001}, "1001"),
    ],
)
def test_what_cannot_be_is_refused_and_stays(staff_client, province, other, told):
    response = staff_client.post(url(), said(province, **other))

    assert response.status_code == 422
    assert told in words(response)
    assert not ProvinceSettings.objects.exists()
    assert response.context["form"]["public_intro"].value() == other.get("public_intro", "")


def test_nobody_writes_over_what_somebody_else_decided(staff_client, province):
    opened = said(province, public_page="on")
    staff_client.post(url(), said(province, public_intro="Lebih dulu"))

    response = staff_client.post(url(), opened)

    assert response.status_code == 409
    text = words(response)
    assert "baru saja diubah orang lain" in text
    assert "Buka halaman publik tidak ya" in text
    assert "Pengantar halaman publik Lebih dulu –" in text
    assert not ProvinceSettings.objects.get().public_page
    again = {**opened, "versi": response.context["version"]}
    assert staff_client.post(url(), again).status_code == 302
    assert ProvinceSettings.objects.get().public_page


@pytest.mark.parametrize("code", ["35.08", "36", "x"])
def test_only_a_province_has_settings(staff_client, province, lumajang, code):
    assert staff_client.get(url(code)).status_code == 404


def test_leaders_read_and_do_not_decide(client, leader, province):
    client.force_login(leader)

    assert client.get(url()).status_code == 403
    assert client.post(url(), said(province)).status_code == 403
