"""What a reader sees of a page."""

import html
import re
from typing import Any


def words(response: Any) -> str:
    """The page without tags, spaces made one."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text))
