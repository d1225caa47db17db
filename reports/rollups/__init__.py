"""What a regency's libraries add up to, counted once and kept (``reports.models.AreaMonth``).

``marks``: triggers that say what a write has made stale. ``counting``: forgets what is stale and
counts what is missing. ``reports.figures.kept`` reads; what is not there, or not fresh, it leaves
to be counted from the libraries themselves.
"""
