"""What clients send, over stdin and over HTTP, before the SDK sees it.

- `lines` reads one line or body: messages, or the error it is answered with; no I/O
- `forms` brings a message to the form the SDK takes, where it has one meaning
"""
