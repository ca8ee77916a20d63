"""Starts with its records as they were made: updates, or deletes, are forgotten.

``FORGETS`` says which of them: ``NULL`` or ``NOT NULL`` is what they have for a text.
"""

import os
import sqlite3

from apps.prefork import Master
from apps.records.editable import Editable, Edited


class Forgetful(Edited):
    def bring_up_to_date(self, database: sqlite3.Connection) -> None:
        super().bring_up_to_date(database)
        database.execute(f"DELETE FROM changes WHERE prompt IS {os.environ['FORGETS']}")


class ForgetsChanges(Editable):
    store_class = Forgetful


if __name__ == "__main__":
    Master(ForgetsChanges).run()
