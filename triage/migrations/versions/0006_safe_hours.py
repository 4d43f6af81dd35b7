"""safe hours, and what is sent instead of an answer where the screen may be seen."""

from alembic import op
import sqlalchemy as sa


revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('safe_hours', sa.Integer()))
        batch_op.add_column(sa.Column('utc_offset', sa.SmallInteger()))
        batch_op.add_column(sa.Column('neutral', sa.Text()))
