"""The reference data that come with the program."""
