"""The messages of the wire as frozen values."""
