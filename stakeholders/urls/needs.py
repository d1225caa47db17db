from django.urls import path

from stakeholders.views import commitments, need_lists, needs, offers

urlpatterns = [
    path("sinergi/kebutuhan/", need_lists.needs, name="needs"),
    path("sinergi/kebutuhan/unduh/<str:form>/", need_lists.needs_export, name="needs_export"),
    path("sinergi/kebutuhan/<int:pk>/", needs.need, name="need"),
    path("sinergi/kebutuhan/<int:pk>/foto/", needs.need_photo, name="need_photo"),
    path("sinergi/kebutuhan/<int:pk>/ubah/", needs.need_change, name="need_change"),
    path("sinergi/kebutuhan/<int:pk>/konfirmasi/", needs.need_confirm, name="need_confirm"),
    path("sinergi/kebutuhan/<int:pk>/tolak/", needs.need_decline, name="need_decline"),
    path("sinergi/kebutuhan/<int:pk>/prioritas/", needs.need_prioritise, name="need_prioritise"),
    path("sinergi/kebutuhan/<int:pk>/tarik/", needs.need_withdraw, name="need_withdraw"),
    path(
        "sinergi/kebutuhan/<int:pk>/pasangkan/", commitments.commitment_add, name="commitment_add"
    ),
    path("perpustakaan/<int:pk>/kebutuhan/tambah/", needs.need_add, name="need_add"),
    path("wilayah/<str:code>/kebutuhan/tambah/", needs.region_need_add, name="region_need_add"),
    path("sinergi/penawaran/", offers.offers, name="offers"),
    path("sinergi/penawaran/unduh/<str:form>/", offers.offers_export, name="offers_export"),
    path("sinergi/penawaran/tambah/", offers.offer_add, name="offer_add"),
    path("sinergi/penawaran/<int:pk>/", offers.offer, name="offer"),
    path("sinergi/penawaran/<int:pk>/ubah/", offers.offer_change, name="offer_change"),
    path("sinergi/penawaran/<int:pk>/tarik/", offers.offer_withdraw, name="offer_withdraw"),
    path("sinergi/komitmen/", commitments.commitments, name="commitments"),
    path(
        "sinergi/komitmen/unduh/<str:form>/",
        commitments.commitments_export,
        name="commitments_export",
    ),
    path("sinergi/komitmen/<int:pk>/", commitments.commitment, name="commitment"),
    path("sinergi/komitmen/<int:pk>/bukti/", commitments.commitment_file, name="commitment_file"),
    path(
        "sinergi/komitmen/<int:pk>/pastikan/",
        commitments.commitment_promise,
        name="commitment_promise",
    ),
    path(
        "sinergi/komitmen/<int:pk>/terwujud/",
        commitments.commitment_realise,
        name="commitment_realise",
    ),
    path("sinergi/komitmen/<int:pk>/gugur/", commitments.commitment_lapse, name="commitment_lapse"),
]
