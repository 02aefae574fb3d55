"""Terraform: its plans as JSON (`plan`), and its configurations in HCL (`module`)."""
