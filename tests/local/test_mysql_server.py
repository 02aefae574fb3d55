"""A real MySQL server: it takes TLS only, keeps to its folder, and never outlives who started it."""

from __future__ import annotations


def test_a_database_is_used_by_its_users(database):
    user = database.new_user()
    with database.server.connect(user.user, user.password, database=database.schema) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_user()")
        assert cursor.fetchone() == (f"{user.user}@%",)
