#!/bin/sh
# sm-fetch against a real server on loopback: what the network does to feeds.
. tests/lib.sh
PATH=$PATH:/usr/sbin:/sbin

if ! command -v nginx > /dev/null; then
	# What is left out on a user's machine must not be left out in CI.
	[ -z "${CI-}" ] || { echo 'Bail out! nginx is not installed'; exit 1; }
	echo '1..0 # SKIP nginx is not installed (apt-get install nginx-light)'
	exit 0
fi
root=$TMP/www
mkdir -p "$root"
port=$((20000 + $$ % 20000))
at=http://127.0.0.1:$port
# Without its ttl, or the second question would not be asked.
sed 's|<ttl>[0-9]*</ttl>||' tests/fixture/feed/forum.rss > "$root/forum.rss"
# 512 MiB of blanks are half a megabyte.
{ echo '<rss><channel>'; head -c 536870912 /dev/zero | tr '\0' ' '; } |
	gzip -1 > "$root/bomb.gz"
head -c 200000 /dev/zero | tr '\0' ' ' > "$root/slow"
head -c 60000000 /dev/zero | tr '\0' ' ' > "$root/endless"
user=
[ "$(id -u)" -ne 0 ] || user='user root;'
cat > "$TMP/nginx.conf" <<END
$user
daemon on;
pid $TMP/nginx.pid;
error_log $TMP/error.log;
worker_processes 1;
events { worker_connections 64; }
http {
	access_log $TMP/access.log;
	client_body_temp_path $TMP/n1; proxy_temp_path $TMP/n2;
	fastcgi_temp_path $TMP/n3; uwsgi_temp_path $TMP/n4;
	scgi_temp_path $TMP/n5;
	types { text/xml rss; }
	server {
		listen 127.0.0.1:$port;
		listen [::1]:$port;
		root $root;
		location /loop { return 302 /loop; }
		location /moved { return 301 /forum.rss; }
		location /away { return 302 http://localhost:$port/forum.rss; }
		location /file { return 302 file:///etc/passwd; }
		location /bomb { default_type text/xml;
			add_header Content-Encoding gzip;
			alias $root/bomb.gz; }
		location /slow { limit_rate 500; }
		location /busy { return 503; }
		location /want { return 401; }
		location /headers {
			add_header X-Long $(head -c 4000 /dev/zero | tr '\0' x);
			return 200 '<rss/>'; }
	}
}
END
nginx -c "$TMP/nginx.conf" 2> "$TMP/err" || {
	cat "$TMP/err"
	echo '1..0 # SKIP nginx does not start'
	exit 0
}
trap 'kill "$(cat "$TMP/nginx.pid")"; rm -rf "$TMP"' EXIT

get() {
	path=$1
	shift
	sm-fetch --allow-private "$@" feed "$at$path"
}
asked() {
	wc -l < "$TMP/access.log" | tr -d ' '
}

status 0 'a feed is fetched' get /forum.rss
is "$(jq -r .key "$TMP/out" | head -1)" "feed:127.0.0.1:512-9" \
	'and its items come out'
get /forum.rss --state "$TMP/s" | sm-checkpoint "$TMP/s" > /dev/null
get /forum.rss --state "$TMP/s" | sm-checkpoint "$TMP/s" > /dev/null
like "$(tail -1 "$TMP/access.log")" ' 304 ' \
	'what did not change is not sent again'
status 0 'a redirect is followed' get /moved
status 69 'a circle of redirects ends' get /loop
is "$(grep -c 'GET /loop' "$TMP/access.log")" 6 'after five'
status 69 'no redirect leads to a file' get /file
status 77 'a login that is wanted is said' get /want
status 75 'a server that is down is tried again' get /busy --max-time 20
is "$(grep -c 'GET /busy' "$TMP/access.log")" 5 'five times in all'

status 69 'a gzip bomb is refused' get /bomb
like "$(cat "$TMP/err")" 'a trap' 'and called one'
if (ulimit -v 400000 && sm-fetch -l) > /dev/null 2>&1; then
	(ulimit -v 400000 && get /bomb) > "$TMP/out" 2> "$TMP/err"
	is "$?" 69 'and needs little memory'
else
	skip 'and needs little memory' 'built with a sanitizer'
fi
status 69 'an answer that is too large is refused' get /endless
status 75 'a server that is too slow is left' get /slow --max-time 2

# Nobody is asked at an address that is not public, in whatever spelling.
before=$(asked)
for host in 127.0.0.1 127.1 0x7f.0.0.1 2130706433 017700000001 0.0.0.0 \
	'[::1]' '[::ffff:127.0.0.1]' '[::ffff:7f00:1]' localhost; do
	status 77 "$host is refused" sm-fetch feed "http://$host:$port/forum.rss"
done
is "$(asked)" "$before" 'and was not asked'

i=0
while [ $i -lt 60 ]; do
	echo "$at/forum.rss?$i"
	i=$((i + 1))
done > "$TMP/urls"
# shellcheck disable=SC2046
status 0 'many feeds are fetched at once' \
	sm-fetch --allow-private feed $(cat "$TMP/urls")
is "$(wc -l < "$TMP/out" | tr -d ' ')" 120 'and all of them come'

status 0 'answers are recorded' get /forum.rss --archive "$TMP/tape"
raw=$(jq -r .raw "$TMP/out" | head -1)
is "$raw" "sha256:$(sha256sum < "$root/forum.rss" | cut -d' ' -f1)" \
	'posts have the digest of the answer'
is "$(stat -c %a "$TMP/tape")" 700 'the folder is private'
kill "$(cat "$TMP/nginx.pid")"
trap 'rm -rf "$TMP"' EXIT
status 0 'and replayed without the server' \
	sm-fetch --replay "$TMP/tape" feed "$at/forum.rss"
is "$(wc -l < "$TMP/out" | tr -d ' ')" 2 'with the same posts'
status 75 'without the server there is nothing' get /forum.rss --max-time 3

done_testing
