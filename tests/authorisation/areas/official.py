"""Official scores beside ours."""
