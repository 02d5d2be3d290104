"""The server on a Python that lacks what only POSIX systems have, as near to one for Windows as this system comes.

What the standard library and the SDK need of this system is imported before: on Windows they have parts of their own.
"""

import asyncio.unix_events
import os
import posix
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import uuid

import mcp.server.stdio
import platformdirs

NEEDED = (asyncio.unix_events, mcp.server.stdio, platformdirs, shutil, subprocess, tempfile, uuid)
MODULES = "fcntl grp pty pwd readline resource syslog termios tty"
SYSTEM = """
    EX_OK F_LOCK O_CLOEXEC O_DIRECTORY O_DSYNC O_NOCTTY O_NOFOLLOW O_NONBLOCK O_SYNC ST_NOSUID ST_RDONLY WNOHANG
    chown chroot confstr ctermid environb fchdir fchmod fchown fdatasync fork forkpty fpathconf fstatvfs get_blocking
    getegid geteuid getgid getgrouplist getgroups getloadavg getpgid getpgrp getpriority getresgid getresuid getsid
    getuid initgroups killpg lchown lockf mkfifo mknod nice openpty pathconf pipe2 posix_fadvise posix_fallocate
    posix_spawn pread preadv pwrite pwritev readv register_at_fork sched_getaffinity sched_yield sendfile set_blocking
    setegid seteuid setgid setgroups setpgid setpriority setregid setreuid setsid setuid statvfs sync sysconf tcgetpgrp
    ttyname uname wait wait3 wait4 waitid writev
"""
SIGNALS = """
    SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP SIGIO SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGUSR1
    SIGUSR2 SIGWINCH alarm pause pthread_kill pthread_sigmask setitimer sigpending sigwait
"""
SOCKETS = "SO_REUSEPORT TCP_CORK send_fds recv_fds"


def refused(number: int, what: int) -> None:
    """What `os.kill` is on Windows: with 0 a Ctrl-C for whoever shares a console."""
    raise AssertionError("os.kill")


def take_away() -> None:
    """Take all that away from whatever is imported, or asks, from now on; what is this package's is imported anew."""
    for name in [each for each in sys.modules if each.partition(".")[0] == "harvest_mcp"]:
        del sys.modules[name]
    sys.modules.update(dict.fromkeys(MODULES.split()))  # type: ignore[arg-type]  # None: it cannot be imported
    for module, names in ((os, SYSTEM), (posix, SYSTEM), (signal, SIGNALS), (socket, SOCKETS)):
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    os.kill = refused
    os.supports_dir_fd.clear()


if __name__ == "__main__":
    take_away()
    from harvest_mcp.__main__ import main

    main()
