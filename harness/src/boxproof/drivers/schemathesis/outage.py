"""Notices that a service has ceased to do its work, so that nothing more is learned from it."""

from dataclasses import dataclass, field

#: From here on the service says that it failed (RFC 9110, section 15.6).
SERVER_ERROR = 500
#: So many server errors in a row, at so many places that worked before: of one operation that
#: crashes there are as many, but at one place.
IN_A_ROW = 50
PLACES = 2


@dataclass
class Outage:
    """The server errors since the last answer that was none."""

    _worked: set[tuple[str, str]] = field(default_factory=set)
    _failing: set[tuple[str, str]] = field(default_factory=set)
    _in_a_row: int = 0
    _status: int = 0

    def take(self, method: str, path: str, status: int) -> None:
        """Note one answer."""
        place = (method, path)
        if status < SERVER_ERROR:
            self._worked.add(place)
            self._failing.clear()
            self._in_a_row = 0
            return
        self._in_a_row += 1
        self._status = status
        if place in self._worked:
            self._failing.add(place)

    @property
    def told(self) -> str:
        """What was seen of it, in one line; empty where there is none."""
        if self._in_a_row < IN_A_ROW or len(self._failing) < PLACES:
            return ""
        return (
            f"the service returned {self._status} to each of the last {self._in_a_row} requests, "
            f"at {len(self._failing)} paths that worked before"
        )
