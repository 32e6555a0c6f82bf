"""dutydesk: the duty desk's console for diffusions, supervision measures and compliance review."""

__version__ = "0.1.0"
