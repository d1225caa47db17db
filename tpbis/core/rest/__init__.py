"""What every endpoint of the API keeps: how it reads, pages, answers and fails."""
