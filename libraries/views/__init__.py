"""Pages that keep the register and its people."""
