"""The messages of the wire format, as frozen values."""
