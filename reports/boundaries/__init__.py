"""From a GeoJSON somebody uploads to shapes for a page. Knows neither Django nor the database: it
runs in a process of its own (``python -m reports.boundaries``), as what comes in may be anything.
"""
