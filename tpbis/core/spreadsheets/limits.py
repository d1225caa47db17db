"""What a worksheet can hold."""

MAX_CELL = 32_767  # characters
LAST_ROW = 1_048_576
