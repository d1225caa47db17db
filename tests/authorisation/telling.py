"""Says at the end of a run how many cells of the authorisation matrix were asked."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if "tests/authorisation/" in report.nodeid
    ]
    counts = [value for report in told for name, value in report.user_properties if name == "cells"]
    if counts:
        seconds = sum(report.duration for report in told)
        wrong = sum(1 for report in told if report.failed)
        terminalreporter.write_line(
            f"authorisation: {sum(counts)} cells of {len(counts)} routes and sweeps, {wrong} tests "
            f"red, {seconds:.0f} s of work"
        )
