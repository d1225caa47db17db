from django.dispatch import Signal

# Sent after commit with `document_id`: somebody waits for that document.
document_requested = Signal()
