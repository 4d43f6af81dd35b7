"""Recovery codes: each once, slowly hashed; older ones go on working."""

from __future__ import annotations

import json

import pytest

from tests.unit.triage.conftest import House, house  # noqa: F401 (fixture)
from triage import passwords, recovery
from triage.vault import Opener, new_pair

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def test_a_code_is_good_once_and_is_kept_under_a_slow_hash_with_a_salt(house: House) -> None:  # noqa: F811
    own, me = Opener(new_pair()[0]), house.kh.responder_id or 0
    with house.database.writing() as tx:
        first, second = (recovery.renew(tx, own.sealer, me)[0] for _ in range(2))
        kept = recovery._kept(tx, own, me)
        salts = {line.partition(":")[0] for line in kept}
        assert len(kept) == recovery.COUNT and len(salts) == 1 and len(bytes.fromhex(salts.pop())) == recovery.SALT
        assert passwords.CODE_KIB >= 19 * 1024 and passwords.CODE_PASSES >= 2
        assert not recovery.use(tx, own, me, first) and not recovery.use(tx, own, me, "") and not recovery.use(tx, own, me, "x" * 12)
        assert recovery.use(tx, own, me, second.upper()) and not recovery.use(tx, own, me, second)
        assert recovery.left(tx, own, me) == recovery.COUNT - 1


def test_a_code_from_before_the_slow_hash_still_lets_in_once(house: House) -> None:  # noqa: F811
    own, me = Opener(new_pair()[0]), house.kh.responder_id or 0
    with house.database.writing() as tx:
        recovery._keep(tx, own.sealer, me, [recovery._older_hash(me, "abcdefghjkmn"), recovery._older_hash(me, "bbcdefghjkmn")])
        assert "abcdefghjkmn" not in json.dumps(recovery._kept(tx, own, me))
        assert recovery.use(tx, own, me, "abcd-efgh-jkmn") and not recovery.use(tx, own, me, "abcd-efgh-jkmn")
        assert recovery.left(tx, own, me) == 1
