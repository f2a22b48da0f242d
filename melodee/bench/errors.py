"""What can keep the benchmark from a server, as sentences."""

from melodee.errors import DependencyError, FatalError


class BadAddress(FatalError):
    """This is no address of a Subsonic server."""

    code = "bench_address"


class NoServer(DependencyError):
    """The server does not answer."""

    code = "bench_no_server"


class NotSecure(FatalError):
    """There is no secure connection to the server."""

    code = "bench_not_secure"


class NotSubsonic(FatalError):
    """What answers there is no Subsonic server."""

    code = "bench_not_subsonic"


class NotLetIn(FatalError):
    """The server does not let this user in."""

    code = "bench_not_let_in"


class NothingToMeasure(FatalError):
    """There is nothing to measure."""

    code = "bench_nothing"


class BadResults(FatalError):
    """The file holds no results of a benchmark."""

    code = "bench_results"


class CannotWrite(FatalError):
    """The file cannot be written."""

    code = "bench_write"
