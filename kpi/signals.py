from django.dispatch import Signal

# Sent after commit with `run_area_ids`: a run began, and these are its areas.
run_began = Signal()

# Sent within the transaction of a merger with `award`, `stays` and `by`: two libraries become one,
# `award` goes and `stays` is what counts. Whoever keeps something of `award` moves it.
award_dropping = Signal()
