"""Many clients over HTTP, each signed in, until the process is told to end.

- `keys` fetches an OpenID provider's keys, `tokens` says whose a token is
- `gate` lets in who may come, and tells the others what to get; `narrowing` reads what they want to see less of
- `entrance` is what a request is offered and whose it is, for the SDK's server; it writes the log of calls
- `limits` is how much, how long and how many each sender may
- `app` puts these before the SDK's endpoint; `serving` runs it, and stops it without losing a write
- `workers` runs several such processes at one address
"""
