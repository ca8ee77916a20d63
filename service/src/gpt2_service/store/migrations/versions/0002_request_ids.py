"""Which request made a record: the key to its lines in the log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Records of the first release have none.
    op.add_column("generations", sa.Column("request_id", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("generations", "request_id")
