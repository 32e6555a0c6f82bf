"""Database checks, and the records and registers that answer them."""
