"""SQLite: the store is one file, and the processes of one machine share it."""
