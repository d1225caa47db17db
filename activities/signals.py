from django.dispatch import Signal

# Sent after commit with `report_id`: what counts from that report changed (approved, reopened,
# imported). Listeners shorten the wait; the seal is what they compare.
approved_content_changed = Signal()
