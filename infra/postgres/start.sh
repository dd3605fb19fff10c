#!/bin/sh
# start.sh <folder of programs> <data folder> <port> <password file> <user>
# Makes the data folder the first time, then becomes the server. What it holds can be had again from the online store:
# a commit need not wait for the disk.
set -eu
umask 077
bin=$1 data=$2 port=$3 password=$4 user=$5

if [ ! -e "$data" ]; then
  rm -rf "$data.new"
  "$bin/initdb" --pgdata="$data.new" --username="$user" --pwfile="$password" --auth=scram-sha-256 \
    --encoding=UTF8 --no-locale --no-sync >/dev/null
  mv "$data.new" "$data"
fi
exec "$bin/postgres" -D "$data" -c port="$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
  -c max_connections=60 -c shared_buffers=32MB -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 \
  -c max_wal_size=128MB -c jit=off
