"""What figures look like as a file."""

from reports.exports.regions import PARTS, region_sheets, tidy

__all__ = ["PARTS", "region_sheets", "tidy"]
