"""Photos of the demo, drawn: simple scenes of a village library in changing colours."""

import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from random import Random

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageOps

from activities.enums import Kind
from activities.photos import StoredPhoto, store_photo
from libraries.enums import Theme
from tpbis.demo.chance import stream
from tpbis.demo.contents import Content

_WIDTH, _HEIGHT = 1600, 1200  # drawn large and made smaller: soft edges
_SIZE = (1024, 768)
VARIANTS = 6

Colour = tuple[int, int, int]
_WALLS: list[Colour] = [(247, 236, 214), (225, 238, 233), (240, 226, 219), (233, 235, 245)]
_FLOORS: list[Colour] = [(196, 154, 108), (171, 133, 98), (205, 178, 140), (150, 160, 150)]
_CLOTHES: list[Colour] = [
    (15, 92, 92), (193, 84, 62), (232, 168, 56), (78, 110, 168), (142, 78, 122), (96, 142, 86),
    (210, 120, 140), (60, 74, 92), (120, 170, 180), (226, 205, 160),
]  # fmt: skip
_SKINS: list[Colour] = [(198, 134, 96), (178, 118, 82), (214, 152, 112), (158, 102, 70)]
_HAIR: list[Colour] = [(44, 34, 30), (60, 46, 38), (90, 90, 96)]
_BOOKS: list[Colour] = [*_CLOTHES, (240, 240, 232), (168, 44, 44), (40, 98, 64), (244, 196, 90)]


class _Scene:
    """A canvas with the figures that the scenes share."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.image = Image.new("RGB", (_WIDTH, _HEIGHT), rng.choice(_WALLS))
        self.draw = ImageDraw.Draw(self.image)

    def gradient(self, top: Colour, bottom: Colour, *, down_to: int = _HEIGHT) -> None:
        mask = Image.linear_gradient("L").resize((_WIDTH, down_to))
        low = Image.new("RGB", (_WIDTH, down_to), bottom)
        self.image.paste(Image.composite(low, Image.new("RGB", low.size, top), mask), (0, 0))

    def room(self) -> None:
        floor = self.rng.choice(_FLOORS)
        self.draw.rectangle((0, 820, _WIDTH, _HEIGHT), floor)
        self.draw.rectangle((0, 806, _WIDTH, 824), _darker(floor))

    def window(self, x: int) -> None:
        self.draw.rounded_rectangle((x, 150, x + 330, 520), 14, (255, 255, 255))
        self.draw.rectangle((x + 16, 166, x + 314, 504), (176, 214, 232))
        self.draw.ellipse((x + 40, 360, x + 330, 620), (120, 168, 104))
        self.draw.rectangle((x + 16, 500, x + 340, 640), self.image.getpixel((x - 6, 560)))
        self.draw.rectangle((x + 158, 166, x + 172, 504), (255, 255, 255))

    def shelf(self, x: int, y: int, width: int, rows: int = 3) -> None:
        self.draw.rounded_rectangle((x, y, x + width, y + rows * 170 + 20), 10, (132, 92, 58))
        for row in range(rows):
            base = y + (row + 1) * 170
            self.draw.rectangle((x + 18, base - 150, x + width - 18, base), (92, 62, 40))
            at = x + 24
            while at < x + width - 60:
                thick, high = self.rng.randint(18, 42), self.rng.randint(90, 138)
                self.draw.rectangle((at, base - high, at + thick, base), self.rng.choice(_BOOKS))
                at += thick + self.rng.choice([2, 2, 4, 26])

    def person(self, x: int, y: int, size: float = 1.0, *, book: bool = False) -> None:
        """Someone whose head is at ``x, y``; scarves and hair as they come."""
        rng, draw = self.rng, self.draw
        clothes, skin = rng.choice(_CLOTHES), rng.choice(_SKINS)
        r = int(46 * size)
        draw.rounded_rectangle(
            (x - int(1.7 * r), y + int(0.9 * r), x + int(1.7 * r), y + 5 * r), r, clothes
        )
        if rng.random() < 0.5:
            scarf = rng.choice(_CLOTHES)
            draw.ellipse(
                (x - int(1.3 * r), y - int(1.3 * r), x + int(1.3 * r), y + int(1.9 * r)), scarf
            )
            draw.ellipse(
                (x - int(0.8 * r), y - int(0.8 * r), x + int(0.8 * r), y + int(0.9 * r)), skin
            )
        else:
            draw.ellipse((x - r, y - int(1.1 * r), x + r, y + r), rng.choice(_HAIR))
            draw.ellipse(
                (x - int(0.9 * r), y - int(0.6 * r), x + int(0.9 * r), y + int(1.1 * r)), skin
            )
        if book:
            page = y + int(3 * r)
            draw.polygon(
                [
                    (x - 2 * r, page),
                    (x, page + r // 2),
                    (x, page + 2 * r),
                    (x - 2 * r, page + int(1.5 * r)),
                ],
                (252, 250, 244),
            )
            draw.polygon(
                [
                    (x + 2 * r, page),
                    (x, page + r // 2),
                    (x, page + 2 * r),
                    (x + 2 * r, page + int(1.5 * r)),
                ],
                rng.choice(_BOOKS),
            )

    def row(self, y: int, count: int, size: float, *, book: bool = False) -> None:
        gap = _WIDTH // count
        for at in range(count):
            self.person(
                gap // 2 + at * gap + self.rng.randint(-30, 30),
                y + self.rng.randint(-24, 24),
                size,
                book=book,
            )

    def countryside(self) -> None:
        sky = self.rng.choice([(168, 208, 230), (250, 214, 170), (198, 222, 232)])
        self.gradient(sky, (252, 246, 230), down_to=700)
        sun = self.rng.randint(200, 1_300)
        self.draw.ellipse((sun, 110, sun + 150, 260), (255, 236, 170))
        peak = self.rng.randint(400, 1_100)
        self.draw.polygon([(peak - 620, 720), (peak, 210), (peak + 640, 720)], (118, 140, 158))
        self.draw.polygon(
            [(peak - 70, 268), (peak, 210), (peak + 74, 270), (peak, 330)], (206, 210, 212)
        )
        self.draw.ellipse((-300, 560, 900, 1_000), (124, 156, 98))
        self.draw.ellipse((700, 590, 2_000, 1_000), (104, 142, 88))
        self.draw.rectangle((0, 720, _WIDTH, _HEIGHT), (132, 166, 92))

    def tree(self, x: int, y: int) -> None:
        self.draw.rectangle((x - 14, y - 150, x + 14, y), (110, 78, 50))
        for dx, dy in ((-70, -210), (0, -270), (70, -210)):
            self.draw.ellipse((x + dx - 90, y + dy - 70, x + dx + 90, y + dy + 90), (74, 118, 66))


def _darker(colour: Colour) -> Colour:
    return (colour[0] * 4 // 5, colour[1] * 4 // 5, colour[2] * 4 // 5)


# --- Scenes --------------------------------------------------------------------------------------


def _reading(scene: _Scene) -> None:
    scene.room()
    scene.shelf(90, 190, 560)
    scene.window(1_080)
    mat = scene.rng.choice(_CLOTHES)
    scene.draw.ellipse((140, 860, 1_460, 1_260), mat)
    scene.draw.ellipse((200, 890, 1_400, 1_230), _darker(mat))
    scene.row(700, 4, 1.0, book=True)
    scene.row(900, 3, 1.1, book=True)


def _computers(scene: _Scene) -> None:
    scene.room()
    scene.window(140)
    scene.window(1_130)
    for at in range(4):
        x = 90 + at * 380
        scene.draw.rounded_rectangle((x, 560, x + 290, 770), 12, (48, 54, 62))
        shade = scene.rng.choice([(150, 196, 214), (244, 240, 228), (120, 168, 160)])
        scene.draw.rectangle((x + 14, 574, x + 276, 748), shade)
        for line in range(4):
            end = x + scene.rng.randint(120, 250)
            scene.draw.rectangle((x + 34, 596 + line * 34, end, 606 + line * 34), (255, 255, 255))
        scene.draw.rectangle((x + 130, 770, x + 160, 810), (48, 54, 62))
    scene.draw.rectangle((0, 806, _WIDTH, 850), (168, 124, 82))
    scene.row(830, 4, 1.25)


def _workshop(scene: _Scene) -> None:
    scene.room()
    scene.shelf(980, 190, 520, 2)
    scene.row(520, 5, 1.05)
    scene.draw.rounded_rectangle((100, 760, 1_500, 830), 20, (178, 132, 88))
    scene.draw.rectangle((180, 830, 220, 1_120), (140, 102, 68))
    scene.draw.rectangle((1_380, 830, 1_420, 1_120), (140, 102, 68))
    for at in range(11):
        x, size = 150 + at * 118, scene.rng.randint(26, 52)
        shape = scene.draw.ellipse if scene.rng.random() < 0.5 else scene.draw.rectangle
        shape((x, 766 - size, x + size * 2, 772 + size // 3), scene.rng.choice(_BOOKS))


def _farming(scene: _Scene) -> None:
    scene.countryside()
    for line in range(9):
        y = 780 + line * line * 6
        scene.draw.rectangle((0, y, _WIDTH, y + 10 + line * 2), (104, 78, 52))
        for x in range(-20, _WIDTH, 64 + line * 8):
            top = y - 26 - line * 4
            scene.draw.polygon([(x, y), (x + 14, top), (x + 28, y)], (70, 128, 60))
    for at in range(scene.rng.randint(3, 4)):
        scene.person(240 + at * 360 + scene.rng.randint(-40, 40), 700, 0.9)


def _health(scene: _Scene) -> None:
    scene.countryside()
    cloth = scene.rng.choice(_CLOTHES)
    for at in range(8):
        shade = cloth if at % 2 else (250, 248, 242)
        x = 180 + at * 155
        scene.draw.polygon([(x, 420), (x + 155, 420), (x + 155, 520), (x, 520)], shade)
        scene.draw.pieslice((x, 470, x + 155, 570), 0, 180, shade)
    for x in (190, 1_400):
        scene.draw.rectangle((x, 430, x + 18, 980), (120, 124, 130))
    scene.draw.rectangle((330, 860, 900, 980), (250, 250, 250))
    scene.draw.rectangle((590, 884, 640, 956), (192, 54, 44))
    scene.draw.rectangle((578, 896, 652, 944), (192, 54, 44))
    scene.row(660, 5, 0.95)


def _stage(scene: _Scene) -> None:
    curtain = scene.rng.choice([(142, 40, 52), (88, 52, 110), (20, 84, 84)])
    scene.gradient((70, 48, 60), (196, 132, 92))
    for side in (0, 1_240):
        for fold in range(6):
            shade = curtain if fold % 2 else _darker(curtain)
            scene.draw.rectangle((side + fold * 60, 0, side + fold * 60 + 60, 900), shade)
    scene.draw.rectangle((0, 900, _WIDTH, 1_000), (150, 106, 70))
    for at in range(3):
        x = 540 + at * 260
        scene.person(x, 560, 1.05)
        sash = scene.rng.choice(_CLOTHES)
        scene.draw.polygon([(x - 90, 640), (x - 210, 520), (x - 190, 500), (x - 60, 620)], sash)
        scene.draw.polygon([(x + 90, 640), (x + 210, 540), (x + 190, 516), (x + 60, 620)], sash)
    scene.row(1_040, 7, 0.85)


def _meeting(scene: _Scene) -> None:
    scene.room()
    scene.draw.rounded_rectangle((500, 150, 1_200, 560), 12, (120, 124, 130))
    scene.draw.rectangle((516, 166, 1_184, 544), (252, 252, 250))
    for line in range(4):
        end = scene.rng.randint(800, 1_120)
        colour = scene.rng.choice(_CLOTHES)
        scene.draw.rectangle((570, 220 + line * 74, end, 236 + line * 74), colour)
    scene.person(370, 420, 1.2)
    scene.row(800, 6, 1.0)
    scene.row(980, 5, 1.15)


def _building(scene: _Scene) -> None:
    scene.countryside()
    wall, roof = scene.rng.choice(_WALLS), scene.rng.choice([(168, 82, 58), (120, 70, 60)])
    scene.draw.rectangle((360, 520, 1_240, 900), wall)
    scene.draw.polygon([(300, 530), (470, 350), (1_130, 350), (1_300, 530)], roof)
    scene.draw.rectangle((720, 640, 880, 900), (120, 84, 56))
    for x in (440, 960):
        scene.draw.rectangle((x, 620, x + 200, 770), (176, 214, 232))
        scene.draw.rectangle((x + 94, 620, x + 106, 770), (255, 255, 255))
    scene.draw.rounded_rectangle((560, 556, 1_040, 612), 8, (15, 92, 92))
    for at in range(9):
        scene.draw.rectangle((600 + at * 46, 576, 632 + at * 46, 592), (255, 255, 255))
    scene.draw.rectangle((1_400, 330, 1_412, 900), (230, 230, 230))
    scene.draw.rectangle((1_412, 340, 1_540, 384), (200, 40, 40))
    scene.draw.rectangle((1_412, 384, 1_540, 428), (255, 255, 255))
    scene.tree(200, 920)
    for at in range(scene.rng.randint(3, 5)):
        scene.person(300 + at * 250 + scene.rng.randint(-50, 50), 860, 0.85)


def _yard(scene: _Scene) -> None:
    scene.countryside()
    scene.tree(160, 800)
    scene.tree(1_450, 820)
    for at in range(5):
        x, y = 220 + at * 290, 700 + (at % 2) * 130
        scene.person(x, y, 0.95)
        shirt = scene.rng.choice(_CLOTHES)
        for side in (-1, 1):
            scene.draw.line([(x + side * 56, y + 80), (x + side * 130, y - 70)], shirt, 30)


def _shelves(scene: _Scene) -> None:
    scene.room()
    for x in (60, 560, 1_060):
        scene.shelf(x, 110, 470, 4)
    scene.draw.rounded_rectangle((180, 900, 1_420, 1_150), 18, (178, 132, 88))
    scene.row(760, 3, 1.15, book=True)


SCENES: list[Callable[[_Scene], None]] = [
    _reading, _computers, _workshop, _farming, _health, _stage, _meeting, _building, _yard,
    _shelves,
]  # fmt: skip
_FITTING: dict[str, list[Callable[[_Scene], None]]] = {
    Theme.EDUCATION: [_reading, _reading, _shelves, _building],
    Theme.ECONOMY: [_workshop, _workshop, _meeting],
    Theme.HEALTH: [_health],
    Theme.DIGITAL: [_computers],
    Theme.ARTS: [_stage],
    Theme.FARMING: [_farming],
    Theme.SPORTS: [_yard],
    Theme.OTHER: [_meeting, _building, _yard],
}


def drawn(scene: Callable[[_Scene], None], variant: int) -> Image.Image:
    canvas = _Scene(stream("picture", scene.__name__, variant))
    scene(canvas)
    return canvas.image.resize(_SIZE, Image.Resampling.BOX, reducing_gap=2.0)


@dataclass(frozen=True, slots=True)
class Album:
    """The stored pictures by scene, and which of them an entry shows."""

    by_scene: dict[str, list[StoredPhoto]]
    _numbers: Iterator[int] = field(default_factory=count)
    _drawn: dict[tuple[str, int], Image.Image] = field(default_factory=dict)

    def photos_for(self, rng: Random, kind: Kind, content: Content) -> list[StoredPhoto]:
        """None, one or two pictures that fit the entry."""
        if kind not in (Kind.INVOLVEMENT, Kind.SERVICE) or rng.random() > 0.6:
            return []
        fitting = _FITTING.get(str(content.get("theme", "")), [_shelves, _building])
        chosen = self.by_scene[rng.choice(fitting).__name__]
        return rng.sample(chosen, 2 if rng.random() < 0.25 else 1)

    def taken_anew(self, pictures: Sequence[StoredPhoto]) -> list[StoredPhoto]:
        """The same scenes from nearer by, as no other entry shows them: for what is judged now, as
        every picture that was used before is pointed out there."""
        scenes = {one.sha256: name for name, stored in self.by_scene.items() for one in stored}
        return [
            self._nearer(scenes[one.sha256], next(self._numbers)) if one.sha256 in scenes else one
            for one in pictures
        ]

    def _nearer(self, name: str, number: int) -> StoredPhoto:
        whole = self._drawing(name, number % VARIANTS)
        rng = stream("nearer", name, number)
        share = rng.uniform(0.5, 0.8)
        width, height = int(_SIZE[0] * share), int(_SIZE[1] * share)
        x, y = rng.randint(0, _SIZE[0] - width), rng.randint(0, _SIZE[1] - height)
        near = whole.resize((800, 600), box=(x, y, x + width, y + height))
        if rng.random() < 0.5:
            near = ImageOps.mirror(near)
        return _stored(near, f"IMG_{5000 + number}.jpg")

    def _drawing(self, name: str, variant: int) -> Image.Image:
        if (name, variant) not in self._drawn:
            scene = next(scene for scene in SCENES if scene.__name__ == name)
            self._drawn[name, variant] = drawn(scene, variant)
        return self._drawn[name, variant]


def take(progress: Callable[[int, int], None] | None = None) -> Album:
    """Draw every picture and send it through the photo pipeline."""
    by_scene: dict[str, list[StoredPhoto]] = {}
    with ThreadPoolExecutor(2) as painters:
        for at, scene in enumerate(SCENES):
            painted = partial(_taken, scene, at)
            by_scene[scene.__name__] = list(painters.map(painted, range(VARIANTS)))
            if progress:
                progress(at + 1, len(SCENES))
    return Album(by_scene)


def _taken(scene: Callable[[_Scene], None], at: int, variant: int) -> StoredPhoto:
    name = f"IMG_{2026}{variant + 5:02d}{at + 11:02d}_{900 + variant * 37:04d}.jpg"
    return _stored(drawn(scene, variant), name)


def _stored(picture: Image.Image, name: str) -> StoredPhoto:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=92)
    return store_photo(ContentFile(buffer.getvalue(), name=name))
