"""Handover, presence and the curtain of an idle console."""
