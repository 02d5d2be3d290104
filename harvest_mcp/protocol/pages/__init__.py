"""Pages at the public address, for a browser whose person signed in at the provider that assistants sign in at.

- `oidc` asks the provider who it is; `door` keeps that in a cookie for a while, and lets nobody else's browser in
- `connect` connects somebody's own account, `approve` shows a question to whom it is asked for
- `markup` is what they look like, `routes` where they are
"""
