"""From what a phone sends to clean JPEGs. Knows neither Django nor the database: it runs in a
process of its own (``python -m libraries.darkroom``), as what comes in may be anything."""
