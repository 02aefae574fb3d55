"""
What a function in a VPC can reach: by its security groups and theirs, its subnets' routes, and the endpoints of its VPC.

Source: Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC"; VPC guide, "Access an AWS service
using an interface VPC endpoint", "Gateway endpoints", "Security group rules".
"""
