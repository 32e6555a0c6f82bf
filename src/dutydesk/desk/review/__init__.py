"""Review of items: claims, decisions, proposals, confirmations, recalls and reversals."""
