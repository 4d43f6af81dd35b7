"""Fixtures that every test may use."""

pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.redis",
    "tests.fixtures.standins",
    "tests.fixtures.running",
    "tests.fixtures.moved",
    "tests.fixtures.browser",
    "tests.fixtures.rules",
    "tests.fixtures.models",
    "tests.fixtures.draws",
]
