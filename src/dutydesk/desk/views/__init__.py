"""Read models for screens and commands. Nothing here writes."""
