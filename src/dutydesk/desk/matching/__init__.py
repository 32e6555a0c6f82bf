"""Finds persons again by what is known of them: one matcher for the checks and for the rules on history."""
