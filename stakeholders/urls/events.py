from django.urls import path

from stakeholders.views import actions, attendance, checking_in, events, trainings

_EVENT = "sinergi/acara/<int:pk>/"
_SEAT = "sinergi/acara/undangan/<int:pk>/"

urlpatterns = [
    path("sinergi/acara/", events.event_list, name="events"),
    path("sinergi/acara/unduh/<str:form>/", events.event_list_export, name="events_export"),
    path("sinergi/acara/tambah/", events.event_add, name="event_add"),
    path("sinergi/acara/pelatihan/", trainings.trained, name="trained"),
    path(
        "sinergi/acara/pelatihan/unduh/<str:form>/", trainings.trained_export, name="trained_export"
    ),
    path("sinergi/acara/hadir/<str:key>/", checking_in.check_in, name="check_in"),
    path("sinergi/acara/pintu/<str:key>/", checking_in.door, name="door"),
    path("sinergi/acara/berkas/<int:pk>/", events.event_file, name="event_file"),
    path(
        "sinergi/acara/berkas/<int:pk>/hapus/", events.event_file_remove, name="event_file_remove"
    ),
    path(_EVENT, events.event_page, name="event"),
    path(f"{_EVENT}ubah/", events.event_change, name="event_change"),
    path(f"{_EVENT}batal/", events.event_cancel, name="event_cancel"),
    path(f"{_EVENT}selesai/", events.event_hold, name="event_hold"),
    path(f"{_EVENT}notula/", events.event_minutes, name="event_minutes"),
    path(f"{_EVENT}berkas/tambah/", events.event_file_add, name="event_file_add"),
    path(f"{_EVENT}undang/", attendance.event_invite, name="event_invite"),
    path(f"{_EVENT}tamu/", attendance.event_walk_in, name="event_walk_in"),
    path(f"{_EVENT}meja/", checking_in.event_check_in, name="event_check_in"),
    path(
        f"{_EVENT}peserta/<str:form>/",
        attendance.event_attendees_export,
        name="event_attendees_export",
    ),
    path(
        f"{_EVENT}daftar/undangan/",
        attendance.event_upload,
        {"what": "undangan"},
        name="event_invite_list",
    ),
    path(
        f"{_EVENT}daftar/undangan/simpan/",
        attendance.event_upload_confirm,
        {"what": "undangan"},
        name="event_invite_list_confirm",
    ),
    path(
        f"{_EVENT}daftar/hadir/",
        attendance.event_upload,
        {"what": "hadir"},
        name="event_present_list",
    ),
    path(
        f"{_EVENT}daftar/hadir/simpan/",
        attendance.event_upload_confirm,
        {"what": "hadir"},
        name="event_present_list_confirm",
    ),
    path(_SEAT, attendance.attendee_page, name="attendee"),
    path(f"{_SEAT}jawab/", attendance.attendee_answer, name="attendee_answer"),
    path(f"{_SEAT}hadir/", attendance.attendee_present, name="attendee_present"),
    path(f"{_SEAT}belum-hadir/", attendance.attendee_absent, name="attendee_absent"),
    path(f"{_SEAT}tarik/", attendance.attendee_withdraw, name="attendee_withdraw"),
    path(f"{_SEAT}hapus-data/", attendance.attendee_erase, name="attendee_erase"),
    path("sinergi/tindak-lanjut/", actions.action_list, name="actions"),
    path(
        "sinergi/tindak-lanjut/unduh/<str:form>/", actions.action_list_export, name="actions_export"
    ),
    path(f"{_EVENT}tindak-lanjut/tambah/", actions.action_add, name="action_add"),
    path("sinergi/tindak-lanjut/<int:pk>/ubah/", actions.action_change, name="action_change"),
    path("sinergi/tindak-lanjut/<int:pk>/tutup/", actions.action_settle, name="action_settle"),
]
