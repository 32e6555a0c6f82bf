"""What the rules find in a message, which route it takes, and the person behind it."""
