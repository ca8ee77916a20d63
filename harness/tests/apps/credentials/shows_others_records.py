"""Shows every record to everybody."""

from apps.credentials.keyed import Keyed
from apps.prefork import Master


class ShowsOthersRecords(Keyed):
    def owns(self, _record_id: str) -> bool:
        return True


if __name__ == "__main__":
    Master(ShowsOthersRecords).run()
