"""What checks ask of the planned world: who may use a key, what a role may do, what a function can reach."""
