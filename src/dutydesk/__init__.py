"""dutydesk: the duty desk's console for diffusions, supervision measures and compliance review."""

__version__ = "0.1.0"

#: How long a thread that computes keeps the interpreter: the store's must not hold up keys and officers for five
#: milliseconds each time, which is what Python would allow it.
SWITCH_SECONDS = 0.0005
