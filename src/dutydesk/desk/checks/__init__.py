"""Database checks, and imports of the records and registers that they search."""
