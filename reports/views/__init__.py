"""Pages that show more than one app's own: dashboards, libraries, homes, documents."""
