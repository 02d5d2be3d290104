"""Answers what every client asks first out of a file, while the SDK and the tools are loaded.

Nothing here but `making` imports more than Python has loaded when it starts, and parts of it that are written in C.

- `key` says what shapes the lists of a start, where its arguments and variables tell that at once
- `ready` is the file: where it lies, whether it may be trusted, what it answers
- `shipped` is about those that come with the package, for the usual settings
- `messages` reads a line where it is understood to the letter
- `output` writes, in a thread of its own
- `opening` converses, and hands over to the SDK with the first line that needs it
- `making` has the SDK answer, and keeps what it said for the next start
"""
