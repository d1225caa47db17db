"""What other apps, and the receivers here, are told or asked."""

from django.dispatch import Signal

password_link_asked = Signal()  # user_id; 0 when nobody has that address
# user: each receiver returns what its app stores about them, {"section": [...]}, as JSON holds it.
personal_data_asked = Signal()
