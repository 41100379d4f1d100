#!/usr/bin/env bash
# Makes what docker-compose.yml mounts: passwords, connection strings and certificates, each of
# them new, in secrets/ (or the folder named), and .env beside that folder. Refuses to overwrite.
#
#   scripts/make-secrets.sh [FOLDER]
#
# Needs the `florin` command: on the PATH, or built here with `make build`.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 077

folder=${1:-secrets}
services=(payment refund fx ledger acquirer orchestrator gateway)
roles=("${services[@]}" operator client)

if [ -e "$folder" ]; then
    echo "$folder is there already. Its secrets are in use: move it away to make new ones." >&2
    exit 1
fi
florin=$(command -v florin || echo .build/debug/florin)
[ -x "$florin" ] || { echo "No florin command: build it with 'make build'." >&2; exit 1; }

password() { head --bytes=24 /dev/urandom | od --address-radix=n --format=x1 | tr -d ' \n'; }

mkdir -p "$folder"
password >"$folder/postgres-password"
for service in "${services[@]}"; do
    role=florin_$service
    owner=${role}_owner
    role_password=$(password)
    owner_password=$(password)
    cat >>"$folder/provision.sql" <<SQL
CREATE ROLE $owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '$owner_password';
CREATE ROLE $role LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '$role_password';
CREATE DATABASE $role OWNER $owner;
REVOKE ALL ON DATABASE $role FROM PUBLIC;
GRANT CONNECT ON DATABASE $role TO $role;
\\connect $role
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO $owner;
GRANT USAGE ON SCHEMA public TO $role;
\\connect postgres
SQL
    echo "database-dsn: \"host=postgres dbname=$role user=$role password=$role_password\"" \
        >"$folder/$service.yaml"
    printf 'host=postgres dbname=%s user=%s password=%s' "$role" "$owner" "$owner_password" \
        >"$folder/$service-owner-dsn"
done

"$florin" certs init --folder "$folder" >/dev/null
for role in "${roles[@]}"; do
    "$florin" certs issue "$role" --folder "$folder" --host "$role" >/dev/null
done
# Nobody renews it by a timer here, so it holds as long as the certificates.
"$florin" certs crl --folder "$folder" --days 365 >/dev/null

# The containers' user has to read them, and must not be root.
user=$(id -u)
if [ "$user" -eq 0 ]; then
    user=10001
    chown -R "$user" "$folder"
fi
# PostgreSQL's container reads it as a user of its own; the folder lets nobody else on this host in.
chmod 0444 "$folder/provision.sql"
variables=$(dirname "$folder")/.env
echo "FLORIN_UID=$user" >"$variables"
echo "Made $folder and $variables. Next: docker compose up --build"
