"""Claims, decisions, proposals, confirmations, recalls and reversals."""
