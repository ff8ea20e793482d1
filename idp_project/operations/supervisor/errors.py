"""What can go wrong while starting, said to the person at the terminal."""


class SupervisorError(Exception):
    """The message tells the person what to do."""


class StopRequested(KeyboardInterrupt):
    """Ctrl-C, SIGTERM or SIGHUP arrived while something was being started or watched."""
