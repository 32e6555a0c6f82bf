"""What an officer sets in the console: theme, keys, columns, sizes of the panes. It is kept where the drafts are."""
