from django.dispatch import Signal

# Sent after commit with `library_id`: a library was registered, or what the register says of it
# changed: its names, its region, when it takes part.
register_changed = Signal()

# The same for many at once, with `library_ids`.
many_changed = Signal()

# Sent inside the transaction of a merger with `keep`, `duplicate` and `by`, before anything of
# libraries moves: whoever has rows of `duplicate` gives them to `keep`, or raises a CannotMerge.
libraries_merging = Signal()

# Sent after commit with the survivor's `library_id`: it now has the months of two.
libraries_merged = Signal()

# Sent inside the transaction with `regency`: its libraries record elsewhere now (portal or SIM),
# and of what is told twice the other source counts.
lead_changed = Signal()

# Sent after commit with `roster_id`: an import waits for its dry run, or to be carried out.
roster_waiting = Signal()
