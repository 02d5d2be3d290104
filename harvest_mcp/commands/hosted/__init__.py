"""What a team's server needs beside serving.

- `own` is where people work in accounts of their own, and the pages they sign in to
- `vault` is what an operator does with what they connected
"""
