"""who signed in when, recovery codes, invitations."""

from alembic import op
import sqlalchemy as sa


revision = '0011'
down_revision = '0010'

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('responder', sa.Column('recovery', sa.LargeBinary()))
    op.add_column('session', sa.Column('device', sa.Text()))
    op.add_column('session', sa.Column('sign_in_id', sa.BigInteger()))
    op.add_column('session', sa.Column('failed', sa.Integer()))
    op.create_table('sign_in',
    sa.Column('id', BIG, autoincrement=True, nullable=False),
    sa.Column('responder_id', BIG, nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('good', sa.Boolean(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['responder_id'], ['responder.id'], name=op.f('fk_sign_in_responder_id_responder'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    )
    op.create_index('ix_sign_in_responder_id', 'sign_in', ['responder_id', 'id'])
    op.create_table('invitation',
    sa.Column('id', BIG, autoincrement=True, nullable=False),
    sa.Column('code_hash', sa.LargeBinary(), nullable=False),
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('invited_by', BIG, nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('used_at', sa.BigInteger()),
    sa.ForeignKeyConstraint(['invited_by'], ['responder.id'], name=op.f('fk_invitation_invited_by_responder')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_invitation_code_hash')),
    )
    op.create_index('ix_invitation_queue', 'invitation', ['queue', 'used_at'])
