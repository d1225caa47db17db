"""Where every mark of a chart stands. Pure geometry: the templates under components/charts draw it,
for the screen and for paper alike.

Coordinates are whole numbers, so that no locale can write one with a comma.
"""

from reports.charts.bars import WIDTH as BAR_WIDTH
from reports.charts.bars import BarChart, Value, bars
from reports.charts.layers import LayerChart, layered
from reports.charts.months import MonthChart, colour_trend, grouped, month_bars
from reports.charts.outlines import OutlineMap, area_map, outline_map
from reports.charts.stacks import ColourBar, colour_bar
from reports.charts.tiles import TileMap, tile_map

__all__ = [
    "BAR_WIDTH",
    "BarChart",
    "ColourBar",
    "LayerChart",
    "MonthChart",
    "OutlineMap",
    "TileMap",
    "Value",
    "area_map",
    "bars",
    "colour_bar",
    "colour_trend",
    "grouped",
    "layered",
    "month_bars",
    "outline_map",
    "tile_map",
]
