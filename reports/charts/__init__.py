"""Where every mark of a chart stands. Pure geometry: the templates under components/charts draw it,
for the screen and for paper alike.

Coordinates are whole numbers, so that no locale can write one with a comma.
"""

from reports.charts.months import MonthChart, colour_trend, month_bars
from reports.charts.outlines import OutlineMap, area_map, outline_map
from reports.charts.stacks import ColourBar, colour_bar
from reports.charts.tiles import TileMap, tile_map

__all__ = [
    "ColourBar",
    "MonthChart",
    "OutlineMap",
    "TileMap",
    "area_map",
    "colour_bar",
    "colour_trend",
    "month_bars",
    "outline_map",
    "tile_map",
]
