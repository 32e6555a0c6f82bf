"""Signatures of the wire: of the bureaus' messages, and of the lines that the desk hands over."""
