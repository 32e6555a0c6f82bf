"""The reference data of the program."""
