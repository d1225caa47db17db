"""A register and a feed of it as people would type it: other names, the same kinds of dirt."""

from collections import defaultdict

NAMES = (
    "Anggrek Bulan",
    "Bintang Kecil",
    "Cakrawala",
    "Darul Hikmah",
    "Embun Pagi",
    "Fajar Utama",
    "Griya Aksara",
    "Insan Mulia",
    "Kyai Mojo",
    "Lestari",
    "Nur Ilmi",
    "Omah Moco",
    "Panji Laras",
    "Ruang Kata",
    "Sasana Widya",
    "Taman Pintar",
    "Warna Warni",
)
REGENCIES = ("35.02", "35.04", "35.17", "35.22")


def world(random, places):
    """Some 290 libraries and 200 rows with the truth beside each."""
    by_code = {place.code: place for place in places}
    villages = [code for code in by_code if code.count(".") == 3 and code[:5] in REGENCIES]
    namesakes = defaultdict(list)
    for code in villages:
        namesakes[code[:5], _plain(by_code[code].name)].append(code)
    doubled = [code for codes in namesakes.values() if len(codes) > 1 for code in codes]
    chosen = set(random.sample(villages, 260)) | set(random.sample(doubled, 8))
    register = []
    for code in sorted(chosen):
        register.append(_library(random, by_code, code, len(register)))
        if random.random() < 0.1:
            register.append(_community(random, by_code, code, len(register), register[-1]))
    feed = [_row(random, library, namesakes) for library in random.sample(register, 170)]
    strange = random.sample([code for code in villages if code not in chosen], 30)
    for code in strange:
        library = _library(random, by_code, code, 0)
        library["id"] = "NEW"
        feed.append(_row(random, library, namesakes))
    return register, feed


def _library(random, by_code, code, number):
    village = by_code[code].name
    urban = code.rpartition(".")[2].startswith("1")
    name = village if random.random() < 0.5 else random.choice(NAMES)
    return {
        "id": f"L{number:04}",
        "nama": f"Perpustakaan {random.choice(('', 'Desa '))}{name}",
        "jenis": "kelurahan" if urban else "desa",
        "kode_desa": code,
        "desa": village,
        "kecamatan": by_code[code[:8]].name,
        "kabupaten": by_code[code[:5]].name,
    }


def _community(random, by_code, code, number, beside):
    name = random.choice([name for name in NAMES if not beside["nama"].endswith(name)])
    return {
        **_library(random, by_code, code, number),
        "nama": f"TBM {name}",
        "jenis": "tbm",
    }


def _row(random, library, namesakes):
    village = library["desa"]
    is_own = library["jenis"] != "tbm"
    name = library["nama"]
    if is_own and random.random() < 0.05:
        name = f"Perpustakaan {village}"
    district = random.choice((library["kecamatan"], library["kecamatan"], "", " - "))
    tail = random.choice(("", "", "", "Kecamatan", "Kab"))
    bare = library["kabupaten"].removeprefix("Kabupaten ")
    if tail:
        name = f"{name} {tail} {library['kecamatan'] if tail == 'Kecamatan' else bare}"
    truth = library["id"]
    said = district.strip(" -") or tail == "Kecamatan"
    doubled = len(namesakes[library["kode_desa"][:5], _plain(village)]) > 1
    if doubled and not said and _plain(village) in _plain(name) and truth != "NEW":
        truth = "AMBIGUOUS"
    return {
        "nama_perpustakaan": _dirtied(random, name),
        "kabupaten_kota": random.choice(
            (f"Kab. {bare}", f"KAB. {bare.upper()}", f"Kabupaten {bare}")
        ),
        "kecamatan": district,
        "desa_kelurahan": random.choice((village, village.upper(), village.replace(" ", ""))),
        "truth": truth,
    }


def _dirtied(random, name):
    if random.random() < 0.25:  # two words run together
        spaces = [place for place, character in enumerate(name) if character == " "]
        place = random.choice(spaces)
        name = name[:place] + name[place + 1 :].lower() if place else name
    if random.random() < 0.25:  # neighbours swapped
        place = random.randrange(len(name) - 1)
        name = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    if random.random() < 0.2:
        name = f"B24 {name}"
    if random.random() < 0.2:
        name = f"{name.replace(' ', '  ')} "
    return random.choice((name, name, name.upper(), name.lower()))


def _plain(name):
    return name.replace(" ", "").casefold()
