"""How much, how long and how many: what one sender can take of a server that serves others too.

- `bodies` reads the message of a request, up to a size
- `connections` bounds the time of each head and body
- `sessions` bounds how many sessions one person holds open
"""
