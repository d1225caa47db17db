"""What a province decides about its pages."""

from collections.abc import Iterator

from libraries.enums import Level
from reports.services import provinces
from tests.authorisation.bodies import Body, posts
from tests.authorisation.world import PROVINCE, Actor, Thing, World, about


@about("province")
def _(world: World) -> Iterator[Thing]:
    for code, region in world.regions.items():
        is_one = region.level == Level.PROVINCE
        yield Thing("province", {"code": code}, code=code, row=region, there=is_one, note=code)
    yield Thing("province", {"code": "99"}, there=False, note="nonexistent")


@posts("reports:province_settings")
def official_ahead(world: World, actor: Actor, thing: Thing | None) -> Body:
    province = world.regions[PROVINCE]
    data = {
        "versi": provinces.decided_version(provinces.province_settings(province)),
        "leading_kpi": "official",
        "public_page": "on",
        "public_intro": "Perpustakaan desa Jawa Timur",
    }
    return Body(data, needs=("leading_kpi",))
