"""The SQLite engine: connections, transactions, locks, backup."""
