"""Rows as the SIM writes them, about Perpustakaan Desa Jabung Wetan."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile

JABUNG = {
    "perpus_nama": "Perpustakaan Desa Jabung Wetan",
    "provinsi_name": "Jawa Timur",
    "kabupaten_name": "Kab. Probolinggo",
    "kecamatan_name": "Paiton",
    "desa_name": "Jabung Wetan",
}


def involvement(**changes):
    return {
        **JABUNG,
        "tanggal": "2026-04-18",
        "nama_kegiatan": "Pelatihan membuat keripik",
        "bidang_kegiatan": "Ekonomi",
        "jenis": "Pelatihan",
        "sasaran": "Pelaku UMKM",
        "jumlah_peserta": 20,
        **changes,
    }


def visits(total, periode="May 2026", **changes):
    return {
        **JABUNG,
        "periode": periode,
        "pengunjung_laki": None,
        "pengunjung_perempuan": None,
        "total_pengunjung": total,
        **changes,
    }


def iku(skor, **changes):
    return {
        "nama_perpustakaan": "Perpustakaan Desa Jabung Wetan",
        "provinsi": "Jawa Timur",
        "kabupaten_kota": "Kab. Probolinggo",
        "desa_kelurahan": "Jabung Wetan",
        "skor": skor,
        **changes,
    }


def file(name, rows):
    text = json.dumps({"status": "success", "data": rows})
    return SimpleUploadedFile(name, text.encode(), content_type="application/json")
