"""What every engine shares: the store, its writer, transactions and reading; and what an engine must offer."""
