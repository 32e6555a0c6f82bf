"""The handover of a shift, its note, and who is on duty."""
