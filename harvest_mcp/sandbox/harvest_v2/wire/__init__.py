"""Requests and responses: values, errors, lists, throttling (harvest-v2 2 to 4)."""
