#!/bin/sh
# The one door to the network, against a server with every fault there is.
. tests/lib.sh

for program in python3 openssl; do
	command -v $program > /dev/null && continue
	# What is left out on a user's machine must not be left out in CI.
	[ -z "${CI-}" ] || { echo "Bail out! $program is missing"; exit 1; }
	echo "1..0 # SKIP $program is not installed"
	exit 0
done
fault=$TMP/fault
trap 'tests/live/server/fault stop "$fault"; rm -rf "$TMP"' EXIT
vars=$(tests/live/server/fault start "$fault" tls) || {
	echo 'Bail out! the server of faults does not start'
	exit 1
}
eval "$vars"
at=http://127.0.0.1:$fault_one
# What kills slowly must do so quickly here: a pause is at most 1 s.
get() {
	path=$1
	shift
	sm-fetch --allow-private "$@" feed "$at/$path"
}
asked() {
	grep -c "$1" "$fault/log"
}
# until_ COMMAND...: bounded
until_() {
	i=0
	until "$@" > /dev/null; do
		i=$((i + 1))
		[ $i -lt 200 ] || return 1
		sleep 0.05
	done
}
posts() {
	wc -l < "$TMP/out" | tr -d ' '
}
# No failure counts for the next test.
forget() {
	rm -rf "$XDG_STATE_HOME/sm/limit"
}

# -- what arrives, arrives ----------------------------------------------------
for mode in ok chunks old long 'delay?ms=300'; do
	status 0 "$mode: well" get "$mode"
	is "$(posts)" 2 "$mode: all of it"
done

# -- what is cut says so ------------------------------------------------------
for mode in chunkcut 'half?at=200' 'reset?at=200' short; do
	status 75 "$mode: a cut answer is status 75" get "$mode"
	like "$(cat "$TMP/err")" 'something may be missing' \
		"$mode: and may lack something"
	is "$(asked "/$mode")" 1 "$mode: what was handed on is not asked again"
	forget
done
for mode in 'half?at=1' 'half?at=5'; do
	status 75 "$mode: cut within its first words, too" get "$mode"
	forget
done
status 75 'no answer at all is status 75' get nothing --max-time 30
is "$(asked '/nothing')" 5 'after five tries'
forget
for mode in garbage bighead notgzip; do
	status 69 "$mode: nonsense is refused" get "$mode"
	forget
done

# -- what lasts too long ends -------------------------------------------------
for mode in trickle slowhead stall; do
	status 75 "$mode: too slow is left" get "$mode" --max-time 2
	forget
done
status 69 'an endless answer is refused' get endless
head -c 300000000 /dev/zero > "$fault/zeroes"
gzip -1 < "$fault/zeroes" > "$fault/bomb.gzip"
python3 -c 'import sys, zlib
sys.stdout.buffer.write(zlib.compress(open(sys.argv[1], "rb").read(), 1))' \
	"$fault/zeroes" > "$fault/bomb.deflate"
bombs='gzip deflate'
if command -v zstd > /dev/null; then
	zstd -q -c "$fault/zeroes" > "$fault/bomb.zstd"
	bombs="$bombs zstd"
fi
if command -v brotli > /dev/null; then
	brotli -q 3 -c "$fault/zeroes" > "$fault/bomb.br"
	bombs="$bombs br"
fi
rm "$fault/zeroes"
for how in $bombs; do
	status 69 "a bomb of $how is refused" get "bomb?how=$how"
	like "$(cat "$TMP/err")" 'a trap' "a bomb of $how is called one"
	forget
done
/usr/bin/python3 - "$BIN/sm-fetch" "$at/bomb?how=gzip" > "$TMP/rss" <<'END'
import os
import resource
import subprocess
import sys
subprocess.run([sys.argv[1], "--allow-private", "feed", sys.argv[2]],
               check=False, stdout=subprocess.DEVNULL,
               stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
END
if (ulimit -v 400000 && sm-fetch -l) > /dev/null 2>&1; then
	ok 'a bomb takes less than 40 MB of memory' \
		[ "$(cat "$TMP/rss")" -lt 40000 ]
else
	skip 'a bomb takes less than 40 MB of memory' 'a sanitizer is built in'
fi
forget

# -- what to say of each status -----------------------------------------------
while read -r code want text; do
	status "$want" "$code is status $want" \
		get "status?code=$code&body=%7B%22error%22:%22why%5Cu000anot%22%7D" \
		--max-time 3
	[ -z "$text" ] || like "$(cat "$TMP/err")" "$text" "$code says: $text"
	forget
done <<'END'
400 69 the network says 'why not'
401 77 wants a login
403 77 forbids it
404 69 nothing at this address
410 69 gone for good
418 69 status 418
451 69 legal
500 75
503 75
END
for code in 408 425 429 500 502 503 504; do
	status 0 "$code, then well: is tried again" \
		get "seq?name=a$code&codes=$code,200"
	is "$(posts)" 2 "$code: and all comes"
done
# (A feed that is forbidden is asked once more, less choosy: feed.c.)
for code in 400 401 404 409 410 422 501; do
	get "seq?name=b$code&codes=$code,200" > /dev/null 2>&1
	is "$(asked "name=b$code")" 1 "$code: is not tried again"
	forget
done
status 75 'the tries have an end' get 'seq?name=c&codes=500' --max-time 60
is "$(asked 'name=c&')" 5 'it is after five'
forget
status 0 'a reset is tried again' get 'seq?name=d&codes=reset,200'

# -- limits -------------------------------------------------------------------
date_in() {
	LC_ALL=C date -u -d "+$1 seconds" '+%a, %d %b %Y %H:%M:%S GMT' |
		sed 's/ /%20/g'
}
status 0 'Retry-After in seconds is waited for' \
	get 'seq?name=e&codes=429,200&retry=2'
ok 'so long' [ "$(awk '/name=e&/ { if (t) print $1 - t >= 2000; t = $1 }' \
	"$fault/log")" = 1 ]
status 0 'and as a date' get "seq?name=f&codes=503,200&retry=$(date_in 3)"
ok 'so long as well' [ "$(awk '/name=f&/ { if (t) print $1 - t >= 1000
	t = $1 }' "$fault/log")" = 1 ]
status 0 'a date that is past is now' \
	get "seq?name=g&codes=429,200&retry=$(date_in -90)"
status 0 'a negative number is now' get 'seq?name=h&codes=429,200&retry=-9'
forget
status 75 'what is too long is not waited for' get 'limit?name=long&s=900'
like "$(cat "$TMP/err")" 'to be asked again from 20' 'but said'
status 75 'nor is it asked by the next process' get 'limit?name=long&s=900'
like "$(cat "$TMP/err")" 'left alone until 20' 'which says until when'
is "$(asked 'name=long')" 1 'there was one request'
is "$(stat -c %a "$XDG_STATE_HOME/sm/limit")" 700 'what is kept is private'
is "$(stat -c %a "$XDG_STATE_HOME"/sm/limit/* | sort -u)" 600 \
	'all of it'
is "$(find "$XDG_STATE_HOME/sm/limit" -name '*127*')" '' 'and names nobody'
forget
i=0
pids=
while [ $i -lt 20 ]; do
	get "limit?name=many&s=3&$i" > "$TMP/out.$i" 2> "$TMP/err.$i" &
	pids="$pids $!"
	i=$((i + 1))
done
bad_ones=0
for pid in $pids; do
	wait "$pid" || bad_ones=$((bad_ones + 1))
done
is "$bad_ones" 0 '20 processes at once all get through'
is "$(cat "$TMP"/out.[0-9]* | wc -l | tr -d ' ')" 40 'with all posts'
is "$(grep -c 'INSIDE many' "$fault/log")" 0 \
	'and none asks while it is forbidden'
forget
pids=
for i in 1 2 3 4 5; do
	get "seq?name=j$i&codes=reset" > "$TMP/out" 2> "$TMP/err" &
	pids="$pids $!"
done
# shellcheck disable=SC2086 # a list
wait $pids
status 75 'after five failures a server is left alone' get 'seq?name=j6&codes=200'
like "$(cat "$TMP/err")" 'since the last 5 requests failed' 'and it is said'
is "$(asked 'name=j6&')" 0 'and not asked'
forget
status 0 'few requests left: they come' \
	get 'status?code=200&kind=text/xml&body=%3Crss/%3E&more=X-RateLimit-Remaining:0%0D%0AX-RateLimit-Limit:9%0D%0AX-RateLimit-Reset:60'
status 75 'and when none is left, nobody asks' get ok
forget

# -- redirects and credentials ------------------------------------------------
status 69 'a circle of redirects ends' get loop
is "$(asked ' /loop')" 6 'after five'
status 0 'a redirect to another server is followed' \
	get "away?to=http://127.0.0.1:$fault_two/ok"
status 69 'not to a file' get 'away?to=file:///etc/passwd'
status 69 'not to one with a password' get "away?to=http://a:b@127.0.0.1:$fault_two/ok"
token=s3cr3t-t0ken-$$
secret_pass=pa55-w0rd-$$
cat > "$TMP/conf" <<END
[account "bearer"]
	token_file = token
	allow_private = yes
[account "basic"]
	user = me
	password_file = password
	allow_private = yes
[account "elsewhere"]
	url = http://127.0.0.1:$fault_two
	token_file = token
	allow_private = yes
[account "tls"]
	cafile = $fault/ca.pem
	allow_private = yes
	token_file = token
END
echo "$token" > "$TMP/token"
echo "$secret_pass" > "$TMP/password"
chmod 600 "$TMP/conf" "$TMP/token" "$TMP/password"
n_source=0
# by ACCOUNT URL: a source of its own
by() {
	n_source=$((n_source + 1))
	cat >> "$TMP/conf" <<END
[source "s$n_source"]
	type = feed
	url = $2
	account = $1
END
	sm-fetch -c "$TMP/conf" "s$n_source"
}
status 0 'a token goes to its own server' by bearer "$at/ok"
is "$(grep -c "Authorization: Bearer $token" "$fault/seen.one")" 1 \
	'as it should'
status 0 'a password as well' by basic "$at/ok"
is "$(grep -c 'Authorization: Basic ' "$fault/seen.one")" 1 'as it should'
: > "$fault/seen.two"
for account in bearer basic; do
	for code in 301 302 303 307 308; do
		for to in "http://127.0.0.1:$fault_two/ok" \
		    "http://localhost:$fault_two/ok" \
		    "https://localhost:$fault_good/ok"; do
			by $account "$at/away?code=$code&to=$to" \
				> "$TMP/out" 2> "$TMP/err"
			echo $? >> "$TMP/statuses"
		done
	done
done
is "$(sort -u "$TMP/statuses")" 69 \
	'a redirect of a call with credentials is an error, always'
like "$(cat "$TMP/err")" "https://localhost:$fault_good/ok" \
	'which names the new place'
is "$(cat "$fault/seen.two" "$fault/seen.good" 2> /dev/null | wc -c |
	tr -d ' ')" 0 'and nobody is asked there'
# The other ways of showing a token, by connectors that are only data.
mkdir -p "$XDG_CONFIG_HOME/sm/connector"
# style NAME AUTH PATH
style() {
	cat > "$XDG_CONFIG_HOME/sm/connector/$1.json" <<END
{ "name": "$1", "summary": "a test", "doc": "a test", "account": "needed",
"auth": "$2", "base": "http://127.0.0.1", "limits": "usual",
"keys": { "to": { "default": "", "help": "where to" } },
"streams": { "all": { "help": "all", "url": "$3", "query": { "to": "\${to}" },
	"page": { "by": "none" }, "resume": { "by": "time", "at": "/t",
	"overlap": "1h" }, "order": "desc",
	"take": { "items": "/items/*", "record": "post" } } },
"records": { "post": { "key": "/id", "type": "Note", "content": "/text",
	"published": "/t" } } }
END
}
style own-header 'header X-Api-Key' /away
style own-word 'header Authorization Bot' /away
style in-query 'query key' /away
style in-path url '/away/bot${secret|path}'
rm -f "$TMP/statuses"
: > "$fault/seen.one"
for kind in own-header own-word in-query in-path; do
	for to in "http://127.0.0.1:$fault_two/ok" \
	    "http://localhost:$fault_one/ok" "https://localhost:$fault_good/ok"; do
		n_source=$((n_source + 1))
		cat >> "$TMP/conf" <<END
[source "s$n_source"]
	type = $kind
	url = $at
	account = bearer
	to = $to
END
		sm-fetch -c "$TMP/conf" "s$n_source" > "$TMP/out" \
			2> "$TMP/err"
		echo $? >> "$TMP/statuses"
		cat "$TMP/err" >> "$TMP/said"
	done
done
is "$(sort -u "$TMP/statuses")" 69 'nor is one followed in any other style'
is "$(grep -c "^X-Api-Key: $token\|^Authorization: Bot $token" \
	"$fault/seen.one")" 6 'the header goes to its own server'
is "$(grep -c "[?&]key=$token" "$fault/seen.one")" 3 'and the parameter'
is "$(grep -c "^GET /away/bot$token" "$fault/seen.one")" 3 'and the path'
is "$(grep -c "$token" "$TMP/said")" 0 'and none is shown'
is "$(cat "$fault/seen.two" "$fault/seen.good" 2> /dev/null | wc -c |
	tr -d ' ')" 0 'and nobody else saw anything'
: > "$fault/seen.one"
status 0 'a source elsewhere is asked without the token' \
	by elsewhere "$at/ok"
is "$(grep -ciE "authorization|$token" "$fault/seen.one")" 0 \
	'which it never sees'
status 69 'a server that repeats the token is not repeated' \
	by bearer "$at/status?code=400&body=%7B%22message%22:%22bad%20$token%22%7D"
is "$(grep -c "$token" "$TMP/err")" 0 'in a message'
rm -rf "$TMP/tape"
n_source=$((n_source + 1))
cat >> "$TMP/conf" <<END
[source "s$n_source"]
	type = feed
	url = $at/status?code=200&kind=text/xml&body=%3Crss%3E%3Cchannel%3E%3Citem%3E%3Cguid%3Ex%3C/guid%3E%3Ctitle%3E$token%3C/title%3E%3C/item%3E%3C/channel%3E%3C/rss%3E&more=Set-Cookie:%20$token
	account = bearer
END
status 0 'an answer with the token in it is recorded' \
	sm-fetch -c "$TMP/conf" --archive "$TMP/tape" "s$n_source"
is "$(grep -rc "$token" "$TMP/tape" | grep -cv ':0$')" 0 \
	'without the token'
by bearer "$at/delay?ms=1500&watched" > "$TMP/out" 2> "$TMP/err" &
until_ asked watched
pid=$(pgrep -P $! sm-fetch || echo $!)
is "$(cat "/proc/$pid/cmdline" "/proc/$pid/environ" | grep -c "$token")" 0 \
	'no secret is in the arguments or the environment'
like "$(sed -n 's/  */ /gp' "/proc/$pid/limits")" \
	'Max core file size 0 0' 'and no core would be dumped'
wait
mkdir -p "$XDG_STATE_HOME/sm/auth"
cat > "$XDG_STATE_HOME/sm/auth/patient.json" <<END
{"access_token":"old","refresh_token":"old-refresh","expires_at":1}
END
chmod 600 "$XDG_STATE_HOME/sm/auth/patient.json"
cat >> "$TMP/conf" <<END
[account "patient"]
	allow_private = yes
	client_id = app
	token_url = $at/token?ms=1000
[source "patient"]
	type = feed
	url = $at/ok?patient
	account = patient
END
sm-fetch -c "$TMP/conf" patient > "$TMP/out" 2> "$TMP/err" &
pid=$!
until_ asked '/token'
kill $pid
wait $pid
is "$?" 143 'who is told to end while a token is renewed does so'
is "$(jq -r .refresh_token "$XDG_STATE_HOME/sm/auth/patient.json")" \
	new-refresh 'when the new one is kept'
is "$(asked 'ok?patient')" 0 'and not later'
grep -q 'refresh_token=old-refresh' "$fault/seen.one"
is "$?" 0 'the old one was sent to the token endpoint'
chmod 644 "$TMP/token"
status 77 'a token that others can read is refused' by bearer "$at/ok"
chmod 600 "$TMP/token"

# -- TLS ----------------------------------------------------------------------
status 0 'a good certificate is accepted' by tls \
	"https://localhost:$fault_good/ok"
is "$(grep -c "Bearer $token" "$fault/seen.good")" 1 'and gets the token'
forget
while read -r kind port text; do
	eval "port=\$fault_$port"
	status 69 "$kind is refused" by tls "https://localhost:$port/ok"
	like "$(cat "$TMP/err")" "$text" "$kind is said"
	forget
done <<'END'
expired expired its certificate has expired
wrong-host wrong its certificate is another host's
self-signed self signed by nobody but itself
TLS-1.0 old no TLS 1.2
END
status 69 'an unknown authority is refused' \
	sm-fetch --allow-private feed "https://localhost:$fault_good/ok"
like "$(cat "$TMP/err")" 'authority that is not known' 'and said'
cat "$fault"/seen.expired "$fault"/seen.wrong "$fault"/seen.self \
	"$fault"/seen.old > "$TMP/leaked" 2> /dev/null
is "$(wc -c < "$TMP/leaked" | tr -d ' ')" 0 'and none of them saw a byte'
cat >> "$TMP/conf" <<END
[account "pinned"]
	cafile = $fault/ca.pem
	allow_private = yes
	token_file = token
	pin = sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
END
status 69 'a key that is not the pinned one is refused' \
	by pinned "https://localhost:$fault_good/ok"
like "$(cat "$TMP/err")" "'pin'" 'and said'
forget

# -- addresses ----------------------------------------------------------------
before=$(wc -l < "$fault/log")
for host in 127.0.0.1 127.1 0x7f.0.0.1 2130706433 017700000001 0.0.0.0 \
	'[::ffff:127.0.0.1]' '[::ffff:7f00:1]' localhost; do
	status 77 "$host is not asked" \
		sm-fetch feed "http://$host:$fault_one/ok"
done
[ -z "${fault_six-}" ] ||
	status 77 '[::1] is not asked' sm-fetch feed "http://[::1]:$fault_six/ok"
# A proxy on the port of the very host that is not to be asked.
for host in 127.0.0.1 localhost; do
	status 77 "$host past a proxy on its own port is not asked" \
		env "http_proxy=http://127.0.0.1:$fault_one" \
		"no_proxy=$host" sm-fetch feed "http://$host:$fault_one/ok"
	status 77 "$host through a proxy is not asked" \
		env "http_proxy=http://127.0.0.1:$fault_one" \
		sm-fetch feed "http://$host:$fault_two/ok"
done
is "$(wc -l < "$fault/log")" "$before" 'and none of them was'
status 0 'another host is, through the proxy' \
	env "http_proxy=http://127.0.0.1:$fault_one" \
	sm-fetch feed http://news.example/ok
# A connection that was made by one who may is not for one who may not.
cat >> "$TMP/conf" <<END
[source "may"]
	type = feed
	url = $at/ok
	allow_private = yes
[source "may-not"]
	type = feed
	url = http://127.0.0.1:$fault_one/ok?no
END
sm-fetch -c "$TMP/conf" may may-not > "$TMP/out" 2> "$TMP/err"
is "$?" 77 'what one source may, another may not'
is "$(asked '/ok?no')" 0 'even over a connection that is there'

done_testing
