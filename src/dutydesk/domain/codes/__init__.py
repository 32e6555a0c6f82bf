"""The stable names of all refusals, one enumeration for each kind of refusal."""
