"""What people connected: their own credentials at the vendors, sealed, and a desk for each of them.

- `ring` seals and opens; a row opens for whom it was sealed only
- `rows` are the statements, `store` the transactions: a token is refreshed once, whoever asks at once
- `tickets` are links and sign-ins that count once; `connecting` tries credentials and keeps them
- `line` is a way to an account whose token is renewed, `desks` are the desks of people
"""
