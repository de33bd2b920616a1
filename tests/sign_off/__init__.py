"""The acceptance sign-off."""
