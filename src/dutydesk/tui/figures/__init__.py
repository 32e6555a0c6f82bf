"""The figures of the network and their rows."""
