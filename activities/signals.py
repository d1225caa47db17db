from django.dispatch import Signal

# Sent after commit with `report_id`: what counts from that report changed (approved, reopened,
# imported). Listeners shorten the wait; the seal is what they compare.
approved_content_changed = Signal()

# Sent after commit with `report_id`: its library has something to mend (returned or reopened).
report_returned = Signal()

# Sent after commit with `library_id`: which of the library's stories are published changed.
stories_changed = Signal()

# Sent after commit with `run_id`: a feed of the SIM waits to be taken in.
sim_waiting = Signal()
