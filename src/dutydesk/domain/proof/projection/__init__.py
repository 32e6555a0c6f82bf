"""The state of the desk as its log gives it: the rows that each table must have, by pure functions over events."""
