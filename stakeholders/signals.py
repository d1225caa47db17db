from django.dispatch import Signal

# Sent after commit with `library_id`: the partnerships of that library changed.
partnerships_changed = Signal()
