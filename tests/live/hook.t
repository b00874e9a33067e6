#!/bin/sh
# sm-hook behind a real web server on loopback: by fcgiwrap, and by itself.
. tests/lib.sh
PATH=$PATH:/usr/sbin:/sbin
unset SM_NOW
secret=kanarek-9f2
export secret

for need in nginx fcgiwrap curl; do
	command -v $need > /dev/null && continue
	# What is left out on a user's machine must not be left out in CI.
	[ -z "${CI-}" ] || { echo "Bail out! $need is not installed"; exit 1; }
	echo "1..0 # SKIP $need is not installed (apt-get install nginx-light fcgiwrap curl)"
	exit 0
done

(umask 077 && printf '%s\n' "$secret" > "$TMP/secret")
cat > "$TMP/conf" <<END
[hook "meta"]
	kind = meta
	secret_file = secret
	verify_token_file = secret
	spool = spool
	max_body = 100k
END
nginx_pid=
wrap_pid=
self_pid=
stop() {
	workers=
	[ -z "$wrap_pid" ] || workers=$(ps -o pid= --ppid "$wrap_pid")
	for pid in $workers $nginx_pid $wrap_pid $self_pid; do
		kill "$pid" 2> /dev/null
	done
	rm -rf "$TMP"
}
trap stop EXIT

sm-hook -c "$TMP/conf" --listen 0 > "$TMP/where" 2> "$TMP/self.log" &
self_pid=$!
fcgiwrap -f -c 4 -s "unix:$TMP/wrap.sock" > "$TMP/wrap.log" 2>&1 &
wrap_pid=$!
i=0
while [ $i -lt 100 ] && { [ ! -S "$TMP/wrap.sock" ] ||
    [ ! -s "$TMP/where" ]; }; do
	sleep 0.1
	i=$((i + 1))
done
self=$(cat "$TMP/where")

# The example as it is shipped, its paths replaced by those here.
port=$((20000 + $$ % 20000))
user=
[ "$(id -u)" -ne 0 ] || user='user root;'
sed -e "s|/usr/local/bin/sm-hook|$BIN/sm-hook|" \
	-e "s|/etc/sm/hook.config|$TMP/conf|" \
	-e "s|/run/fcgiwrap.socket|$TMP/wrap.sock|" \
	share/examples/nginx-hook.conf > "$TMP/cgi.conf"
sed -e '/fastcgi/d' -e "s|# proxy_pass .*|proxy_pass http://$self;|" \
	-e 's|location /sm/|location /self/|' \
	share/examples/nginx-hook.conf > "$TMP/proxy.conf"
cat > "$TMP/nginx.conf" <<END
$user
daemon off;
pid $TMP/nginx.pid;
error_log $TMP/error.log;
worker_processes 1;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path $TMP/n1; proxy_temp_path $TMP/n2;
	fastcgi_temp_path $TMP/n3; uwsgi_temp_path $TMP/n4;
	scgi_temp_path $TMP/n5;
	server {
		listen 127.0.0.1:$port;
		include $TMP/cgi.conf;
		include $TMP/proxy.conf;
	}
}
END
nginx -c "$TMP/nginx.conf" 2> "$TMP/err" &
nginx_pid=$!
i=0
until curl -s -o /dev/null "http://127.0.0.1:$port/" || [ $i -ge 100 ]; do
	sleep 0.1
	i=$((i + 1))
done

sign() {
	perl -MDigest::SHA=hmac_sha256_hex -0777 -ne \
		'print "sha256=", hmac_sha256_hex($_, $ENV{secret})' "$1"
}
# post PATH FILE [CURL-OPTION...]: the status
post() {
	path=$1
	file=$2
	shift 2
	curl -s -o "$TMP/body" -w '%{http_code}' --max-time 20 \
		-H "X-Hub-Signature-256: $(sign "$file")" \
		-H 'Content-Type: application/json' --data-binary "@$file" \
		"$@" "http://127.0.0.1:$port$path"
}
count() {
	find "$TMP/spool/$1" -type f 2> /dev/null | wc -l | tr -d ' '
}
cp tests/fixture/mapping/meta-messenger.ndjson "$TMP/one"

kept=0
for path in /sm/meta /self/meta; do
	is "$(post $path "$TMP/one")" 200 "$path: what is signed is taken"
	kept=$((kept + 1))
	is "$(count new)" $kept "$path: and kept"
	is "$(post $path "$TMP/one" -H 'X-Hub-Signature-256: sha256=00')" 403 \
		"$path: a second signature makes it none"
	is "$(post $path "$TMP/one" --http1.0)" 200 "$path: HTTP/1.0 will do"
	kept=$((kept + 1))
	is "$(post $path "$TMP/one" -H 'Transfer-Encoding: chunked')" 200 \
		"$path: the web server takes chunks apart"
	kept=$((kept + 1))
	is "$(curl -s "http://127.0.0.1:$port$path?hub.mode=subscribe&hub.verify_token=$secret&hub.challenge=4711")" \
		4711 "$path: the question is answered"
	is "$(curl -s -o /dev/null -w '%{http_code}' \
		"http://127.0.0.1:$port$path?-l")" 400 \
		"$path: no query is an option"
	head -c 90000 /dev/zero | tr '\0' a > "$TMP/large"
	is "$(post $path "$TMP/large")" 200 "$path: 90 kB pass"
	kept=$((kept + 1))
	head -c 200000 /dev/zero | tr '\0' a > "$TMP/large"
	is "$(post $path "$TMP/large")" 413 "$path: 200 kB do not"
	head -c 2000000 /dev/zero | tr '\0' a > "$TMP/large"
	is "$(post $path "$TMP/large")" 413 "$path: nor do 2 MB"
	is "$(post "${path%meta}other" "$TMP/one")" 404 \
		"$path: another hook is none"
	is "$(curl -s -o /dev/null -w '%{http_code}' -X DELETE \
		"http://127.0.0.1:$port$path")" 403 \
		"$path: nginx forbids other methods"
done
is "$(count new)" $kept 'all that was answered 200 is there, and no more'
is "$(count tmp)" 0 'and nothing half'

# Two hundred at once, half of them each way.
rm -rf "$TMP/spool"
i=0
while [ $i -lt 200 ]; do
	printf '{"object":"page","entry":[{"messaging":[{"message":{"mid":"m%s","text":"t"},"sender":{"id":"1"}}]}]}' \
		$i > "$TMP/p$i"
	i=$((i + 1))
done
i=0
calls=
while [ $i -lt 200 ]; do
	post "/$([ $((i % 2)) -eq 0 ] && echo sm || echo self)/meta" \
		"$TMP/p$i" -o /dev/null > "$TMP/said$i" &
	calls="$calls $!"
	i=$((i + 1))
	[ $((i % 50)) -ne 0 ] || {
		# shellcheck disable=SC2086 # numbers
		wait $calls
		calls=
	}
done
is "$(for f in "$TMP"/said*; do cat "$f"; echo; done | sort | uniq -c |
	tr -s ' ')" ' 200 200' 'two hundred calls are answered 200'
is "$(sm-fetch spool "$TMP/spool" | jq -r .id | sort -u | wc -l |
	tr -d ' ')" 200 'and each is in the spool'
is "$(count new)" 200 'once'

# Directly: what is slow or silent takes no place from others.
host=${self%:*}
direct=${self##*:}
if command -v python3 > /dev/null; then
	python3 - "$host" "$direct" "$TMP/one" > "$TMP/py" <<'END' &
import socket, sys, time
host, port = sys.argv[1], int(sys.argv[2])
idle = [socket.create_connection((host, port)) for _ in range(40)]
for s in idle:
    s.send(b'POST /meta HTTP/1.1\r\nContent-')
print('open', flush=True)
time.sleep(3)
END
	slow=$!
	i=0
	until grep -q open "$TMP/py" || [ $i -ge 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	is "$(post /self/meta "$TMP/one")" 200 \
		'forty that say nothing more do not stop another'
	wait $slow
fi
# Ended at each call to the system that matters, it has promised nothing that
# is not on the disk.
if command -v strace > /dev/null &&
    strace -o "$TMP/trace" true 2> /dev/null; then
	lies=0
	half=0
	ended=0
	for call in mkdir:1 openat:1 openat:5 openat:20 write:1 write:2 write:3 \
		fsync:1 fsync:2 fsync:3 fsync:4 rename:1 close:9; do
		rm -rf "$TMP/spool"
		env -i PATH="$PATH" GATEWAY_INTERFACE=CGI/1.1 \
			REQUEST_METHOD=POST PATH_INFO=/meta \
			CONTENT_LENGTH="$(wc -c < "$TMP/one")" \
			HTTP_X_HUB_SIGNATURE_256="$(sign "$TMP/one")" \
			strace -o "$TMP/trace" -e \
			"inject=${call%:*}:signal=KILL:when=${call#*:}" \
			sm-hook -c "$TMP/conf" < "$TMP/one" > "$TMP/out" 2> /dev/null ||
			ended=$((ended + 1))
		if grep -q '200 OK' "$TMP/out"; then
			[ "$(count new)" -eq 1 ] || lies=$((lies + 1))
		fi
		for f in "$TMP"/spool/new/*; do
			[ -e "$f" ] || continue
			sed '1,/^$/d' "$f" | cmp -s - "$TMP/one" ||
				half=$((half + 1))
		done
	done
	is "$lies lies, $half halves" '0 lies, 0 halves' \
		'ended at any call, it keeps what it promised'
	ok "of 13 calls $ended ended it" test "$ended" -ge 9
	strace -o "$TMP/trace" -e trace=fsync,rename,write env -i \
		PATH="$PATH" GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=POST \
		PATH_INFO=/meta CONTENT_LENGTH="$(wc -c < "$TMP/one")" \
		HTTP_X_HUB_SIGNATURE_256="$(sign "$TMP/one")" \
		sm-hook -c "$TMP/conf" < "$TMP/one" > /dev/null 2>&1
	is "$(sed -n 's/^\([a-z]*\)(.*/\1/p' "$TMP/trace" | tail -5 |
		paste -sd' ')" 'write fsync rename fsync write' \
		'it says yes after the disk has'
else
	skip 'ended at any call, it keeps what it promised' 'no strace'
	skip 'it says yes after the disk has' 'no strace'
fi

kill -TERM "$self_pid"
wait "$self_pid"
is "$?" 143 'a signal ends it'
self_pid=
is "$(post /self/meta "$TMP/one")" 502 'and then nobody is told yes'
is "$(grep -c "$secret" "$TMP/self.log" "$TMP/wrap.log" "$TMP/error.log" |
	paste -sd' ')" "$TMP/self.log:0 $TMP/wrap.log:0 $TMP/error.log:0" \
	'the secret is in no log'

done_testing
