"""What an operator does with a rotation that stands: look, rotate, roll back, discard. In the user's own AWS session."""
