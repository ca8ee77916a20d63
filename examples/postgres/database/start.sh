#!/bin/sh
# Makes the database where there is none yet, and serves it.
set -eu
name=${DATABASE_NAME:-notes}
if [ ! -f "$PGDATA/PG_VERSION" ]; then
    initdb --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --username="$name" \
        --pwfile=/run/secrets/database_password
    echo "CREATE DATABASE $name" | postgres --single -D "$PGDATA" template1
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
fi
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp
