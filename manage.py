#!/usr/bin/env python
"""The portal's command line. Without DJANGO_SETTINGS_MODULE it runs embedded: SQLite under var/."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tpbis.settings.embedded")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
