"""What village libraries do, in their own words: titles by theme, places, partners, media."""

from activities.enums import AdvocacyAudience, Audience, Format
from libraries.enums import Theme

P, T = Format.PROMOTION, Format.TRAINING
_ANYONE, _PUPILS, _CHILDREN = Audience.GENERAL, Audience.PUPILS, Audience.CHILDREN
_ELDERLY, _TRADE = Audience.ELDERLY, Audience.SMALL_BUSINESS
_STUDENTS, _FARMERS = Audience.STUDENTS, Audience.FARMERS
_HEAD, _AGENCY = AdvocacyAudience.VILLAGE_HEAD, AdvocacyAudience.AGENCY
_PRIVATE, _OTHERS = AdvocacyAudience.PRIVATE, AdvocacyAudience.OTHER

Idea = tuple[str, Format, Audience]

IDEAS: dict[Theme, list[Idea]] = {
    Theme.EDUCATION: [
        ("Membaca nyaring untuk anak PAUD", P, _CHILDREN),
        ("Mendongeng di perpustakaan", P, _CHILDREN),
        ("Bimbingan belajar sepulang sekolah", T, _PUPILS),
        ("Kunjungan siswa SD ke perpustakaan", P, _PUPILS),
        ("Lomba bercerita antarsiswa", P, _PUPILS),
        ("Kelas bahasa Inggris dasar", T, _PUPILS),
        ("Pendampingan mengerjakan tugas sekolah", T, _PUPILS),
        ("Kelas menulis cerita pendek", T, _PUPILS),
        ("Bedah buku remaja", P, _PUPILS),
        ("Mewarnai dan mengenal huruf", P, _CHILDREN),
        ("Permainan edukatif dan kuis buku", P, _CHILDREN),
        ("Kelas keaksaraan orang dewasa", T, _ANYONE),
        ("Perpustakaan keliling ke sekolah", P, _PUPILS),
        ("Kelas orang tua: mendampingi anak belajar", T, _ANYONE),
        ("Latihan soal ujian paket C", T, _ANYONE),
        ("Kunjungan TK dan RA", P, _CHILDREN),
        ("Mahasiswa KKN belajar bersama warga", P, _STUDENTS),
        ("Duta baca desa: pembekalan", T, _PUPILS),
    ],
    Theme.ECONOMY: [
        ("Pelatihan membuat keripik singkong", T, _TRADE),
        ("Pelatihan merajut tas", T, _ANYONE),
        ("Pelatihan membuat dimsum", T, _TRADE),
        ("Pelatihan kue kering", T, _TRADE),
        ("Pelatihan ecoprint", T, _TRADE),
        ("Pelatihan batik tulis", T, _TRADE),
        ("Kemasan dan label produk rumahan", T, _TRADE),
        ("Menghitung harga pokok dagangan", T, _TRADE),
        ("Pendampingan izin usaha (NIB)", T, _TRADE),
        ("Sosialisasi sertifikat halal", P, _TRADE),
        ("Pelatihan menjahit dasar", T, _ANYONE),
        ("Membuat sabun cuci dari minyak jelantah", T, _ANYONE),
        ("Kerajinan dari bungkus kopi", T, _ANYONE),
        ("Bazar kecil di halaman perpustakaan", P, _TRADE),
        ("Pelatihan membuat buket", T, _TRADE),
        ("Olahan ikan: abon dan nuget", T, _TRADE),
    ],
    Theme.HEALTH: [
        ("Penyuluhan cegah stunting", P, _ANYONE),
        ("Senam lansia dan cek tekanan darah", P, _ELDERLY),
        ("Pojok baca posyandu", P, _ANYONE),
        ("Kelas ibu hamil", T, _ANYONE),
        ("Menanam tanaman obat keluarga", T, _ANYONE),
        ("Penyuluhan gizi seimbang balita", P, _ANYONE),
        ("Cuci tangan dan gosok gigi bersama", P, _CHILDREN),
        ("Penyuluhan cegah demam berdarah", P, _ANYONE),
        ("Membuat jamu sehat", T, _ELDERLY),
        ("Bincang kesehatan jiwa remaja", P, _PUPILS),
    ],
    Theme.DIGITAL: [
        ("Belajar mengetik dan surat elektronik", T, _ANYONE),
        ("Pelatihan Canva untuk dagangan", T, _TRADE),
        ("Kelas komputer dasar", T, _PUPILS),
        ("Cakap bermedia sosial, cegah hoaks", P, _PUPILS),
        ("Memotret produk dengan ponsel", T, _TRADE),
        ("Pelatihan video pendek desa", T, _PUPILS),
        ("Mendaftar layanan daring kependudukan", T, _ANYONE),
        ("Jualan di lokapasar", T, _TRADE),
        ("Mengenal aplikasi iPusnas", P, _ANYONE),
        ("Belajar desain undangan", T, _STUDENTS),
    ],
    Theme.ARTS: [
        ("Latihan tari remo", T, _PUPILS),
        ("Latihan hadrah", T, _ANYONE),
        ("Macapat dan cerita babad desa", P, _ELDERLY),
        ("Menggambar wayang", T, _CHILDREN),
        ("Latihan karawitan", T, _ANYONE),
        ("Membuat topeng dari kertas bekas", T, _CHILDREN),
        ("Panggung puisi", P, _PUPILS),
        ("Melukis tong sampah dan tembok gang", P, _ANYONE),
        ("Latihan jaranan anak", T, _CHILDREN),
        ("Lomba mewarnai", P, _CHILDREN),
    ],
    Theme.FARMING: [
        ("Pelatihan pupuk kompos", T, _FARMERS),
        ("Menanam sayur di pekarangan", T, _ANYONE),
        ("Pelatihan hidroponik", T, _FARMERS),
        ("Budidaya lele dalam ember", T, _FARMERS),
        ("Temu petani: hama padi", P, _FARMERS),
        ("Pakan ternak fermentasi", T, _FARMERS),
        ("Pembibitan cabai bersama", T, _FARMERS),
        ("Budidaya maggot dari sampah dapur", T, _FARMERS),
    ],
    Theme.SPORTS: [
        ("Senam pagi bersama", P, _ANYONE),
        ("Lomba permainan tradisional", P, _CHILDREN),
        ("Catur di teras perpustakaan", P, _ANYONE),
        ("Latihan pencak silat", T, _PUPILS),
    ],
    Theme.OTHER: [
        ("Bank sampah: tukar botol dengan buku", P, _ANYONE),
        ("Rapat karang taruna", P, _ANYONE),
        ("Simulasi tanggap bencana", T, _ANYONE),
        ("Pengajian dan pojok baca", P, _ANYONE),
        ("Kerja bakti menata perpustakaan", P, _ANYONE),
        ("Penyuluhan hukum: bantuan warga", P, _ANYONE),
    ],
}
THEME_WEIGHTS: list[tuple[Theme, float]] = [
    (Theme.EDUCATION, 36),
    (Theme.ECONOMY, 17),
    (Theme.HEALTH, 11),
    (Theme.ARTS, 11),
    (Theme.DIGITAL, 9),
    (Theme.FARMING, 7),
    (Theme.OTHER, 6),
    (Theme.SPORTS, 3),
]
# Behind a title; {place} is the village.
TAILS = [
    *[""] * 9,
    " bersama PKK",
    " bersama karang taruna",
    " bersama mahasiswa KKN",
    " bersama dasawisma",
    " di Dusun Krajan",
    " di RW 02",
    " di RW 04",
    ", pertemuan 1",
    ", pertemuan 2",
    ", pertemuan 3",
    " {place}",
    " se-Desa {place}",
    " (lanjutan)",
]
_HERE = ["Ruang perpustakaan", "Ruang perpustakaan", "Teras perpustakaan", "Balai desa"]
PLACES: dict[Theme, list[str]] = {
    Theme.EDUCATION: [*_HERE, "Ruang perpustakaan", "Pojok anak perpustakaan", "SDN {place} 1"],
    Theme.ECONOMY: [*_HERE, "Gedung PKK", "Rumah ketua RT 03", "Balai Dusun Krajan"],
    Theme.HEALTH: [*_HERE, "Posyandu Melati", "Halaman balai desa", "Polindes {place}"],
    Theme.DIGITAL: [*_HERE, "Ruang komputer perpustakaan"],
    Theme.ARTS: [*_HERE, "Pendopo balai desa", "Sanggar dusun", "Halaman balai desa"],
    Theme.FARMING: ["Balai desa", "Rumah kelompok tani", "Lahan warga", "Halaman perpustakaan"],
    Theme.SPORTS: ["Lapangan desa", "Halaman balai desa", "Halaman perpustakaan"],
    Theme.OTHER: [*_HERE, "Balai RW 02", "Masjid Baiturrahman", "Halaman perpustakaan"],
}

# Advocacy: what came of it.
MONEY: list[tuple[str, AdvocacyAudience]] = [
    ("Anggaran perpustakaan di APBDes {year}", _HEAD),
    ("Dana desa untuk rak dan buku", _HEAD),
    ("Bantuan biaya pelatihan dari pemerintah desa", _HEAD),
    ("Insentif pengelola perpustakaan", _HEAD),
    ("Bantuan dana kegiatan literasi", _AGENCY),
    ("Bantuan CSR untuk ruang baca", _PRIVATE),
]
# With whom, and what they give: people who speak, or things (so many).
IN_KIND: list[tuple[str, AdvocacyAudience, list[int]]] = [
    ("Audiensi dengan kepala desa", _HEAD, []),
    ("Paparan program perpustakaan di musyawarah desa", _HEAD, []),
    ("Dukungan jaringan internet desa", _HEAD, [1]),
    ("Permintaan meja dan kursi dari kantor desa", _HEAD, [2, 4, 6, 10]),
    ("Permohonan narasumber ke dinas pertanian", _AGENCY, []),
    ("Permohonan narasumber ke puskesmas", _AGENCY, []),
    ("Permintaan buku ke dinas perpustakaan", _AGENCY, [50, 100, 200]),
    ("Pinjaman alat ke dinas koperasi", _AGENCY, [1, 2, 5]),
    ("Kerja sama dengan pelaku usaha setempat", _PRIVATE, [5, 10, 20]),
    ("Hibah buku dari penerbit", _PRIVATE, [25, 40, 100]),
    ("Kerja sama dengan sekolah", _OTHERS, []),
    ("Kerja sama dengan PKK desa", _OTHERS, []),
    ("Kerja sama dengan kelompok tani", _OTHERS, []),
]
REGULATIONS = [
    ("Usulan SK pengelola perpustakaan", "Keputusan Kepala Desa {place} Nomor 141/{number}/{year}"),
    (
        "Usulan peraturan desa tentang perpustakaan",
        "Peraturan Desa {place} Nomor {small} Tahun {year}",
    ),
    ("Perpustakaan masuk RKPDes", "RKP Desa {place} Tahun {year}"),
]

IMPROVEMENTS = {
    "layanan_baru": [
        "Layanan baca di tempat hari Minggu",
        "Layanan pinjam antar dusun",
        "Pojok internet gratis",
        "Layanan buku digital",
        "Pojok baca ramah anak",
        "Layanan konsultasi usaha kecil",
    ],
    "ruang": [
        "Penataan ruang belajar",
        "Ruang berbagi pengalaman ditata ulang",
        "Ruang latihan keterampilan dibuka",
        "Cat dan rak baru ruang anak",
        "Landaian kursi roda di pintu masuk",
    ],
    "pelatihan_staf": [
        "Pengelola mengikuti bimtek TPBIS",
        "Pengelola belajar klasifikasi buku",
        "Pengelola mengikuti pelatihan konten kreator",
        "Pengelola mengikuti pelatihan berbicara di depan umum",
        "Magang di perpustakaan kabupaten",
    ],
}

HEADLINES = [
    "Warga {place} belajar bersama di perpustakaan",
    "Perpustakaan {place} ramai dikunjungi anak-anak",
    "Ibu-ibu {place} merajut sambil membaca",
    "Dari buku ke dapur: usaha kecil {place} tumbuh",
    "Perpustakaan desa jadi ruang belajar usaha",
    "Belajar tak kenal usia di {place}",
    "Anak {place} gemar mendongeng",
    "Kegiatan bulan ini di perpustakaan {place}",
    "Petani {place} berbagi ilmu di perpustakaan",
    "Cerita dari kelas komputer {place}",
]
ONLINE = [
    "Instagram",
    "Facebook",
    "YouTube",
    "TikTok",
    "Laman desa",
    "Kabar Desa",
    "Warta Literasi",
]
BROADCAST = ["Radio Suara Desa", "Radio Gema Semeru", "TV Desa", "Radio Kelud FM"]
PRINTED = ["Radar Semeru", "Buletin Desa", "Majalah Literasi", "Koran Brantas"]

# A kelurahan has a *lurah* and no village budget; in this order.
_IN_TOWN = [
    ("APBDes", "anggaran kelurahan"),
    ("RKPDes", "rencana kerja kelurahan"),
    ("RKP Desa", "Rencana Kerja Kelurahan"),
    ("Kepala Desa", "Lurah"),
    ("kepala desa", "lurah"),
    ("peraturan desa", "aturan kelurahan"),
    ("Peraturan Desa", "Surat Edaran Kelurahan"),
    ("Desa", "Kelurahan"),
    ("desa", "kelurahan"),
]


def spoken(text: str, *, in_town: bool) -> str:
    """``text``, before names are filled in, as it is said in a village or in a kelurahan."""
    if in_town:
        for village, town in _IN_TOWN:
            text = text.replace(village, town)
    return text
