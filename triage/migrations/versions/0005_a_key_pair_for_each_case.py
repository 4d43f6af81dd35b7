"""a key pair for each case, desk and responder; private halves only sealed."""

from alembic import op
import sqlalchemy as sa


revision = '0005'
down_revision = '0004'

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('keypair',
    sa.Column('id', BIG, autoincrement=True, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('key_id', sa.LargeBinary(), nullable=False),
    sa.Column('public', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('retired_at', sa.BigInteger(), nullable=True),
    sa.Column('leaver_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_keypair')),
    sa.UniqueConstraint('key_id', name=op.f('uq_keypair_key_id')),
    )
    current = sa.text('retired_at IS NULL')
    op.create_index('uq_keypair_current', 'keypair', ['kind', 'holder'], unique=True, sqlite_where=current, postgresql_where=current)
    op.create_table('key_wrap',
    sa.Column('id', BIG, autoincrement=True, nullable=False),
    sa.Column('pair_id', BIG, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['pair_id'], ['keypair.id'], name=op.f('fk_key_wrap_pair_id_keypair'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_wrap')),
    sa.UniqueConstraint('pair_id', 'kind', 'holder', name=op.f('uq_key_wrap_pair_id_kind_holder')),
    )
    op.create_index('ix_key_wrap_kind_holder', 'key_wrap', ['kind', 'holder'])
    op.create_table('case_key',
    sa.Column('id', BIG, autoincrement=True, nullable=False),
    sa.Column('case_id', BIG, nullable=False),
    sa.Column('pair', sa.LargeBinary(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('key_id', sa.LargeBinary(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_key_case_id_cases'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_key')),
    sa.UniqueConstraint('case_id', 'pair', 'kind', 'holder', name=op.f('uq_case_key_case_id_pair_kind_holder')),
    )
    op.create_index('ix_case_key_key_id', 'case_key', ['key_id'])
    op.create_index('ix_case_key_kind_holder', 'case_key', ['kind', 'holder'])
    hot = sa.text('expires_at IS NOT NULL')
    op.create_index('ix_case_key_expires_at', 'case_key', ['expires_at'], sqlite_where=hot, postgresql_where=hot)
    op.create_table('finding',
    sa.Column('id', BIG, autoincrement=True, nullable=False),
    sa.Column('case_id', BIG, nullable=False),
    sa.Column('pair', sa.LargeBinary(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_finding_case_id_cases'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding')),
    sa.UniqueConstraint('case_id', 'pair', name=op.f('uq_finding_case_id_pair')),
    )
    op.add_column('cases', sa.Column('public', sa.LargeBinary(), nullable=True))
    op.add_column('cases', sa.Column('hot_until', sa.BigInteger(), nullable=True))
    op.add_column('session', sa.Column('unlocked', sa.LargeBinary(), nullable=True))
