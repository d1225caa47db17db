from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from libraries import services
from libraries.enums import Level, LibraryKind, ProgrammeSource
from libraries.models import Library, LibraryAlias, Region
from tests import factories

NEW = {
    "name": "Perpustakaan Desa Sumber Ilmu",
    "kind": LibraryKind.VILLAGE,
    "source": ProgrammeSource.REPLICATION,
    "joined_on": date(2024, 1, 1),
}


# --- Regions --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db
def test_east_java_has_9199_regions_however_often_it_is_loaded():
    first = services.load_regions("35")
    by_level = {level: Region.objects.filter(level=level).count() for level in Level}
    again = services.load_regions("35")

    assert first == 9_199
    assert by_level == {
        Level.PROVINCE: 1,
        Level.REGENCY: 38,
        Level.DISTRICT: 666,
        Level.VILLAGE: 8_494,
    }
    assert again == 0
    assert Region.objects.count() == 9_199
    labruk = Region.objects.get(code="35.08.21.2004")
    assert [str(place) for place in (labruk, labruk.parent, labruk.parent.parent)] == [
        "Desa Labruk Kidul",
        "Kecamatan Sumbersuko",
        "Kabupaten Lumajang",
    ]


@pytest.mark.django_db
def test_a_new_name_of_a_region_is_taken_over():
    services.load_regions("31")
    Region.objects.filter(code="31").update(name="Batavia")

    changed = services.load_regions("31")

    assert changed == 1
    assert Region.objects.get(code="31").name != "Batavia"


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["99", "35.08", "", "abc", "35'"])
def test_what_is_no_province_is_refused(code):
    with pytest.raises(services.UnknownProvince):
        services.load_regions(code)


@pytest.mark.django_db
def test_the_command_says_how_much_it_did(capsys):
    call_command("load_regions", "31")
    call_command("load_regions", "31")

    first, again = capsys.readouterr().out.splitlines()
    total = Region.objects.count()
    assert first == f"{total} wilayah, {total} baru atau berubah."
    assert again == f"{total} wilayah, 0 baru atau berubah."


@pytest.mark.django_db
def test_the_command_names_an_unknown_code(capsys):
    with pytest.raises(SystemExit) as exit_:
        call_command("load_regions", "99")

    assert exit_.value.code == 2
    assert capsys.readouterr().err == "Kode provinsi “99” tidak dikenal. Contoh: 35.\n"


@pytest.mark.parametrize(
    ("code", "title", "short"),
    [
        ("35", "Provinsi Jawa Timur", "Jawa Timur"),
        ("35.08", "Kabupaten Lumajang", "Lumajang"),
        ("35.72", "Kota Blitar", "Kota Blitar"),
        ("35.08.21", "Kecamatan Sumbersuko", "Sumbersuko"),
        ("35.08.21.2004", "Desa Labruk Kidul", "Labruk Kidul"),
        ("35.05.17.1006", "Kelurahan Klemunan", "Klemunan"),
    ],
)
@pytest.mark.django_db
def test_a_region_is_called_by_its_level(code, title, short):
    region = factories.region(code)

    assert (region.title, region.short_name) == (title, short)


# --- The register ---------------------------------------------------------------------------------


@pytest.fixture
def labruk(db) -> Region:
    return factories.region("35.08.21.2004")


def test_a_library_is_counted_under_its_regency(labruk, province):
    village = services.register(**NEW, region=labruk)
    own = services.register(**NEW | {"kind": LibraryKind.PROVINCE}, region=province)

    assert (village.regency.code, own.regency.code) == ("35.08", "35")


def test_names_lose_stray_spaces(labruk):
    library = services.register(
        **NEW | {"name": "  Perpustakaan  Desa\tSumber Ilmu "}, region=labruk
    )

    assert library.name == "Perpustakaan Desa Sumber Ilmu"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"kind": "masjid"}, "kind"),
        ({"source": "apbn"}, "source"),
        ({"joined_on": None}, "joined_on"),
        ({"npp": "1" * 16}, "npp"),
    ],
)
def test_what_cannot_be_registered_names_its_field(labruk, wrong, field):
    with pytest.raises(ValidationError) as refused:
        services.register(**NEW | wrong, region=labruk)

    assert set(refused.value.message_dict) == {field}
    assert not Library.objects.exists()


def test_a_name_is_taken_once_a_village(labruk):
    services.register(**NEW, region=labruk)

    with pytest.raises(ValidationError, match="sudah ada di wilayah itu"):
        services.register(**NEW, region=labruk)

    assert services.register(**NEW, region=factories.region("35.08.21.2001"))


def test_an_npp_is_one_librarys_and_many_have_none(labruk):
    services.register(**NEW | {"npp": "3508212D0000001"}, region=labruk)
    services.register(**NEW | {"name": "Kedua"}, region=labruk)
    services.register(**NEW | {"name": "Ketiga"}, region=labruk)

    with pytest.raises(ValidationError, match="NPP ini sudah dipakai"):
        services.register(**NEW | {"name": "Lain", "npp": "3508212D0000001"}, region=labruk)


def test_a_name_given_up_stays_as_an_alias(labruk):
    library = services.register(**NEW, region=labruk)

    services.change(library=library, name="Perpustakaan Desa Cahaya")
    services.change(library=library, name="Perpustakaan Desa  Cahaya")

    assert list(LibraryAlias.objects.values_list("name", flat=True)) == [NEW["name"]]


def test_an_assignment_ends_after_it_starts(library):
    with pytest.raises(ValidationError):
        services.assign(
            user=factories.UserFactory(),
            library=library,
            starts_on=date(2024, 2, 1),
            ends_on=date(2024, 1, 31),
        )


@pytest.mark.parametrize(
    ("model", "wrong", "rule"),
    [
        (Library, {"kind": "masjid"}, "libraries_library_kind_known"),
        (Library, {"source": "apbn"}, "libraries_library_source_known"),
        (Region, {"reporting_mode": "fax"}, "libraries_region_reporting_mode_known"),
        (Region, {"parent": None}, "libraries_region_has_parent"),
    ],
)
def test_the_database_keeps_the_rules_of_the_register(library, model, wrong, rule):
    pk = library.pk if model is Library else library.region_id

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        model.objects.filter(pk=pk).update(**wrong)
