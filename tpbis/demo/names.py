"""Names of libraries and people as one meets them in East Java; all invented."""

from random import Random

from libraries.enums import LibraryKind
from tpbis.demo.chance import weighted

_PROUD = [
    "Sumber Ilmu", "Cahaya Ilmu", "Pelita Ilmu", "Taman Ilmu", "Gerbang Ilmu", "Lentera Ilmu",
    "Jendela Dunia", "Pelita Bangsa", "Cerdas Bangsa", "Tunas Bangsa", "Tunas Harapan",
    "Bina Pustaka", "Pustaka Jaya", "Widya Pustaka", "Widya Sasana", "Wacana Bhakti",
    "Mutiara Ilmu", "Bintang Ilmu", "Cendekia", "Insan Cendekia", "Karya Cendekia",
    "Nurul Ilmi", "Darul Ulum", "Al Hikmah", "Ngudi Kawruh", "Kawruh Utomo", "Margi Rahayu",
    "Sasana Wiyata", "Puspa Ilmu", "Gemar Membaca", "Rumah Pintar", "Kampung Ilmu",
    "Sinar Pustaka", "Bahtera Ilmu", "Sahabat Buku", "Bumi Aksara", "Langit Aksara",
    "Tirta Aksara", "Arum Sari", "Sekar Arum", "Melati", "Mawar", "Kenanga", "Cempaka",
    "Anggrek", "Teratai", "Dahlia", "Kamboja", "Flamboyan",
]  # fmt: skip
_CORNERS = [
    "Taman Baca Masyarakat Pelangi", "Taman Baca Masyarakat Ngudi Ilmu", "Rumah Baca Ceria",
    "Rumah Literasi Aksara", "Pojok Baca Lereng Semeru", "Taman Baca Mbah Koneng",
    "TBM Sanggar Sinau", "TBM Omah Sinau", "Rumah Baca Kali Jernih", "TBM Gubuk Sawah",
    "TBM Tepi Pantai", "Rumah Baca Asa", "TBM Lentera Hati", "TBM Kawan Buku",
    "Omah Buku Kinanthi", "Taman Baca Pelita", "TBM Bait Kata",
]  # fmt: skip
_WOMEN = [
    "Siti", "Sri", "Dewi", "Rina", "Yuni", "Wahyu", "Nur", "Endah", "Lestari", "Ratna", "Ika",
    "Dwi", "Tri", "Eka", "Indah", "Fitri", "Anis", "Umi", "Lilik", "Sulastri", "Wiwik", "Titik",
    "Mei", "Retno", "Ayu", "Diah", "Khusnul", "Nanik", "Binti", "Erna", "Novi", "Puji",
]  # fmt: skip
_WOMEN_LAST = [
    "Aminah", "Wulandari", "Rahayu", "Handayani", "Lestari", "Puspitasari", "Rahmawati",
    "Astuti", "Kusumawati", "Hidayati", "Maharani", "Nurjanah", "Setyowati", "Widayanti",
    "Fatimah", "Anggraini", "Mulyani", "Susanti", "Kholifah", "Purwanti", "Ningsih", "Utami",
    "Safitri", "Indrawati",
]  # fmt: skip
_MEN = [
    "Agus", "Budi", "Slamet", "Joko", "Bambang", "Eko", "Hadi", "Imam", "Sugeng", "Yusuf",
    "Ahmad", "Muhammad", "Nur", "Teguh", "Wahyu", "Arif", "Dedi", "Rudi", "Heru", "Suyono",
    "Mulyono", "Andik", "Fajar", "Rizal", "Samsul", "Zainal",
]  # fmt: skip
_MEN_LAST = [
    "Santoso", "Susilo", "Wibowo", "Prasetyo", "Hidayat", "Setiawan", "Raharjo", "Widodo",
    "Purnomo", "Kurniawan", "Arifin", "Fauzi", "Maulana", "Hariyanto", "Suprapto", "Wijaya",
    "Nugroho", "Utomo", "Rofiq", "Efendi", "Subagyo", "Hartono", "Saputra", "Firmansyah",
]  # fmt: skip
_DEGREES = ["S.Sos.", "S.E.", "S.Pd.", "S.IP.", "S.Ptk.", "S.Kom.", "S.H.", "A.Md."]


def library(rng: Random, kind: LibraryKind, place: str) -> str:
    """What a library of ``kind`` in ``place`` may be called."""
    if kind == LibraryKind.REGENCY:
        return f"Perpustakaan Umum {place}"
    if kind == LibraryKind.COMMUNITY:
        return rng.choice(_CORNERS) if rng.random() < 0.8 else f"Taman Baca {rng.choice(_PROUD)}"
    if kind == LibraryKind.SCHOOL:
        school = weighted(rng, [("SDN", 6), ("MI", 2), ("SMPN", 2), ("MTs", 1)])
        number = f" {rng.randint(1, 4)}" if school.endswith("N") else ""
        return f"Perpustakaan {school}{number} {place}"
    word = "Desa" if kind == LibraryKind.VILLAGE else "Kelurahan"
    return weighted(
        rng,
        [
            (f"Perpustakaan {word} {rng.choice(_PROUD)}", 6),
            (f"Perpustakaan {word} {place}", 2),
            (f"Perpustakaan {rng.choice(_PROUD)}", 2),
            (f"Perpustakaan {word} {rng.choice(_PROUD)} {place}", 1),
        ],
    )


def in_the_sim(rng: Random, name: str) -> str:
    """The same library as somebody typed it into the national system."""
    return weighted(
        rng,
        [
            (name.upper(), 3),
            (f"{rng.choice('ABCD')}{rng.randint(1, 60)} {name}", 2),
            (name.replace("Perpustakaan", "Perpus"), 3),
            (name.replace("Perpustakaan Desa", "Perpusdes"), 2),
        ],
    )


def person(rng: Random, *, woman: bool | None = None, degree: bool = False) -> str:
    """A full name; ``degree`` adds a title as civil servants write it."""
    if woman is None:
        woman = rng.random() < 0.62
    first, last = (_WOMEN, _WOMEN_LAST) if woman else (_MEN, _MEN_LAST)
    name = f"{rng.choice(first)} {rng.choice(last)}"
    return f"{name}, {rng.choice(_DEGREES)}" if degree else name
