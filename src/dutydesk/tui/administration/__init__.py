"""What only an administrator does from the console: purge, and import a register."""
