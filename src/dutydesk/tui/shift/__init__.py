"""Handover, the summary after an absence, and the curtain of an idle console."""
