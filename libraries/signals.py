from django.dispatch import Signal

# Sent after commit with `library_id`: a library was registered, or its names or region changed.
register_changed = Signal()
