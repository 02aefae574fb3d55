"""The main job: preflight, deploy, rotate under live logins, verify, proof. The same path for the local AWS and for AWS."""
