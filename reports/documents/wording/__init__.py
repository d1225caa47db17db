"""What figures are called in sentences, on screen and on paper."""
