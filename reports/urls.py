from django.urls import path

from reports.views import (
    boundaries,
    dashboards,
    documents,
    follow_up,
    funnel,
    homes,
    letters,
    libraries,
    mentoring,
    register_export,
    reminders,
)

app_name = "reports"

urlpatterns = [
    path("dasbor/", dashboards.own_dashboard, name="dashboard"),
    path("wilayah/<str:code>/", dashboards.region_page, name="region"),
    path("perpustakaan/", libraries.library_list, name="libraries"),
    path(
        "perpustakaan/unduh/<str:form>/", register_export.libraries_export, name="libraries_export"
    ),
    path("perpustakaan/<int:pk>/", libraries.library_page, name="library"),
    path("beranda/", homes.librarian_home, name="librarian_home"),
    path("rapor/", homes.my_rapor, name="my_rapor"),
    path("jalur-akun/", funnel.funnel, name="funnel"),
    path("jalur-akun/daftar/", funnel.funnel_list, name="funnel_list"),
    path("surat-aktivasi/", letters.letters, name="letters"),
    path("surat-aktivasi/<int:pk>/cabut/", letters.letter_revoke, name="letter_revoke"),
    path("surat-aktivasi/terbit/", letters.letter_batches, name="letter_batches"),
    path("surat-aktivasi/terbit/<int:pk>/", letters.letter_batch, name="letter_batch"),
    path("surat-aktivasi/terbit/<int:pk>/cetak/", letters.letters_print, name="letters_print"),
    path("tindak-lanjut/", follow_up.grid, name="follow_up"),
    path("tindak-lanjut/belum-lapor/", follow_up.not_reported, name="not_reported"),
    path("tindak-lanjut/menunggu/", follow_up.reviews_waiting, name="reviews_waiting"),
    path("tindak-lanjut/bulan/<int:pk>/", follow_up.follow_up_month, name="follow_up_month"),
    path("tindak-lanjut/maklum/<int:pk>/cabut/", follow_up.excuse_withdraw, name="excuse_withdraw"),
    path("tindak-lanjut/pendampingan/", mentoring.mentoring, name="mentoring"),
    path(
        "tindak-lanjut/pendampingan/perpustakaan/<int:pk>/",
        mentoring.mentoring_library,
        name="mentoring_library",
    ),
    path(
        "tindak-lanjut/pendampingan/<int:pk>/selesai/",
        mentoring.mentoring_done,
        name="mentoring_done",
    ),
    path("tindak-lanjut/pengingat/", reminders.reminders, name="reminders"),
    path("tindak-lanjut/pengingat/<int:pk>/", reminders.reminder_mark, name="reminder_mark"),
    path(
        "tindak-lanjut/pengingat/tanda/<int:pk>/batal/",
        reminders.reminder_undo,
        name="reminder_undo",
    ),
    path("wilayah-peta/", boundaries.boundaries, name="boundaries"),
    path(
        "wilayah-peta/<int:pk>/pakai/", boundaries.boundaries_activate, name="boundaries_activate"
    ),
    path(
        "wilayah-peta/<int:pk>/tarik/", boundaries.boundaries_withdraw, name="boundaries_withdraw"
    ),
    path("dokumen/", documents.document_list, name="documents"),
    path("dokumen/<int:pk>/", documents.document_page, name="document"),
    path("dokumen/<int:pk>/kemajuan/", documents.document_progress, name="document_progress"),
    path("dokumen/<int:pk>/unduh/", documents.document_download, name="document_download"),
    path("dokumen/<int:pk>/ulang/", documents.document_retry, name="document_retry"),
]
