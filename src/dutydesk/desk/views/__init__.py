"""Read models for screens and commands. This room only reads."""
