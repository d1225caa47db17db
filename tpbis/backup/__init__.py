"""The whole portal in one sealed file, and back again: database, files, the settings' names."""
