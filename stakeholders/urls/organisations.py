from django.urls import URLPattern, path

from stakeholders.views import contacts, importing, merging, organisations

urlpatterns: list[URLPattern] = [
    path("sinergi/lembaga/tambah/", organisations.organisation_add, name="organisation_add"),
    path("sinergi/lembaga/impor/", importing.organisation_import, name="organisation_import"),
    path(
        "sinergi/lembaga/impor/simpan/",
        importing.organisation_import_confirm,
        name="organisation_import_confirm",
    ),
    path(
        "sinergi/lembaga/impor/templat/",
        importing.organisation_import_template,
        name="organisation_import_template",
    ),
    path(
        "sinergi/lembaga/<int:pk>/ubah/",
        organisations.organisation_change,
        name="organisation_change",
    ),
    path(
        "sinergi/lembaga/<int:pk>/logo/",
        organisations.organisation_logo,
        name="organisation_logo",
    ),
    path(
        "sinergi/lembaga/<int:pk>/angkat/",
        organisations.organisation_lift,
        name="organisation_lift",
    ),
    path(
        "sinergi/lembaga/<int:pk>/hapus/",
        organisations.organisation_delete,
        name="organisation_delete",
    ),
    path(
        "sinergi/lembaga/<int:pk>/gabung/",
        merging.organisation_merge,
        name="organisation_merge",
    ),
    path("sinergi/lembaga/<int:pk>/narahubung/tambah/", contacts.contact_add, name="contact_add"),
    path("sinergi/narahubung/<int:pk>/ubah/", contacts.contact_change, name="contact_change"),
    path("sinergi/narahubung/<int:pk>/cabut/", contacts.contact_withdraw, name="contact_withdraw"),
    path("sinergi/lembaga/<int:pk>/akun/tambah/", contacts.membership_add, name="membership_add"),
    path("sinergi/akun/<int:pk>/akhiri/", contacts.membership_end, name="membership_end"),
]
