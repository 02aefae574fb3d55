"""What checks find out about the planned world and share: which function is meant, what a role may do, who gets through to whom."""
