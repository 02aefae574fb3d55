"""HCL, the language of Terraform's configurations: `parser` reads it, `evaluate` works its expressions out."""
