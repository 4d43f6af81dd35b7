"""what responders set by hand, corrections as labels, what the clock watches of a talk, and a child's own view."""

from alembic import op
import sqlalchemy as sa


revision = '0007'
down_revision = '0006'

BIG = sa.BigInteger().with_variant(sa.Integer, 'sqlite')


def upgrade() -> None:
    # Never by a table made anew: dropping the old one would delete every row that refers to it.
    with op.batch_alter_table('cases', schema=None, recreate='never') as batch_op:
        batch_op.add_column(sa.Column('at_sea', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('place_by', sa.BigInteger()))
        batch_op.add_column(sa.Column('share_withdrawn_at', sa.BigInteger()))
    with op.batch_alter_table('referral', schema=None, recreate='never') as batch_op:
        batch_op.add_column(sa.Column('child_view', sa.LargeBinary()))
    op.create_table('pulse',
    sa.Column('case_id', BIG, nullable=False),
    sa.Column('heard_at', sa.BigInteger(), nullable=False),
    sa.Column('unfinished', sa.Boolean(), nullable=False),
    sa.Column('signs', sa.Boolean(), nullable=False),
    sa.Column('deadline_at', sa.BigInteger()),
    sa.Column('look_at', sa.BigInteger()),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_pulse_case_id_cases'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_pulse'))
    )
    op.create_index('ix_pulse_look_at', 'pulse', ['look_at'], unique=False)
    op.create_table('correction',
    sa.Column('id', BIG, autoincrement=True, nullable=False),
    sa.Column('case_id', BIG, nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('by', sa.BigInteger()),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('was', sa.Text()),
    sa.Column('became', sa.Text()),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_correction_case_id_cases'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    op.create_index('ix_correction_case_id', 'correction', ['case_id'], unique=False)
