"""What changed between two texts, and what that does."""
