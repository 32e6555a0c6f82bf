"""The command line inside the console."""
