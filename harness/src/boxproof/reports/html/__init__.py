"""``index.html``: the run on one page that needs no network, for people who look before they read.

One module for each part of the page makes plain data of the journal; ``page.html.j2`` shows it.
All text of a service is escaped by the template. Charts are figures of Plotly, whose JavaScript
ships in its package and stands in the page.
"""

from boxproof.reports.html.page import write

__all__ = ["write"]
