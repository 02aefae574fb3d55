"""Terraform: plans as JSON (`plan`)."""
