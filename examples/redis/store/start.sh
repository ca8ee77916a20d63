#!/bin/sh
# Serves what is kept; what it acknowledges is on the disk (redis.io, "Redis persistence").
set -eu
exec redis-server - <<END
bind * -::*
dir /data
appendonly yes
appendfsync always
requirepass $(cat /run/secrets/redis_password)
END
