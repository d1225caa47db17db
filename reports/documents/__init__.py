"""What the portal prints: its content (figures and sentences) and how it becomes a file."""
