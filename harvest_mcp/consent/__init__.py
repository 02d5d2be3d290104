"""Confirmation by a person: the question, the policy, and the store of answers."""
