"""How a text was made: seed, counts, reason for its end, parameters and further choices."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Null in records of earlier releases, which did not keep it.
COLUMNS = (
    ("seed", sa.BigInteger()),
    ("prompt_tokens", sa.Integer()),
    ("completion_tokens", sa.Integer()),
    ("finish_reason", sa.Text()),
    ("parameters", sa.JSON()),
    ("further_choices", sa.JSON()),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("generations", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name, _ in reversed(COLUMNS):
        op.drop_column("generations", name)
