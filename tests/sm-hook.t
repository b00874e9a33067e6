#!/bin/sh
# sm-hook: webhooks into a spool, and from there to sm-fetch.
. tests/lib.sh
unset GATEWAY_INTERFACE REQUEST_METHOD QUERY_STRING
secret=kanarek-7c1
export secret

(umask 077 && printf '%s\n' "$secret" > "$TMP/secret")
for kind in facebook github hmac linkedin slack stripe telegram twilio \
	websub x; do
	printf '[hook "%s"]\n\tkind = %s\n\tsecret_file = secret\n' $kind $kind
	printf '\tspool = spool/%s\n' $kind
	case $kind in
	facebook) printf '\tverify_token_file = secret\n' ;;
	hmac) printf '\theader = X-Sign\n\tcoding = base64\n\tdigest = sha1\n' ;;
	twilio) printf '\turl = https://hooks.example/h/twilio\n' ;;
	websub) printf '\ttopic = https://forum.example/feed\n' ;;
	esac
done > "$TMP/conf"
spool=$TMP/spool/facebook

# mac DIGEST FORM: of standard input
mac() {
	perl -MDigest::SHA=hmac_$1_$2 -0777 -ne \
		"print hmac_$1_$2(\$_, \$ENV{secret})"
}
pad() {
	sed 's/\(.*\)/\1===/; s/^\(\(....\)*\)=*$/\1/'
}
# cgi NAME FILE HEADER=VALUE...: as a web server would
cgi() {
	name=$1
	file=$2
	shift 2
	env -i PATH="$PATH" HOME="$HOME" SM_NOW="$SM_NOW" \
		GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=POST \
		PATH_INFO="/$name" CONTENT_LENGTH="$(wc -c < "$file")" \
		CONTENT_TYPE=application/json "$@" \
		sm-hook -c "$TMP/conf" < "$file" > "$TMP/out${tag-}" \
		2> "$TMP/err${tag-}"
	tr -d '\r' < "$TMP/out${tag-}" | head -1
}
# ask NAME QUERY: a handshake
ask() {
	cgi "$1" /dev/null REQUEST_METHOD=GET QUERY_STRING="$2" > /dev/null
	tr -d '\r' < "$TMP/out" | sed -n '1s/Status: \([0-9]*\).*/\1/p; 1,/^$/!p' |
		paste -sd' '
}
count() {
	# shellcheck disable=SC2012 # names are digits
	ls "$1" 2> /dev/null | wc -l | tr -d ' '
}

# -- signatures ---------------------------------------------------------------
cp tests/fixture/mapping/meta-facebook.ndjson "$TMP/body"
sign=sha256=$(mac sha256 hex < "$TMP/body")
is "$(cgi facebook "$TMP/body" HTTP_X_HUB_SIGNATURE_256="$sign")" \
	'Status: 200 OK' 'what is signed is taken'
is "$(count "$spool/new") $(count "$spool/tmp")" '1 0' 'and is in the spool'
ok 'as it came, behind a few lines' sh -c \
	"sed '1,/^\$/d' $spool/new/* | cmp - '$TMP/body'"
is "$(stat -c %a "$spool" "$spool"/new/* | paste -sd' ')" '700 600' \
	'which nobody else can read'
is "$(grep -rc "$secret" "$TMP/spool" "$TMP/err" "$TMP/out" | grep -vc ':0')" \
	0 'the secret is nowhere'
is "$(cgi facebook "$TMP/body" HTTP_X_HUB_SIGNATURE_256="${sign%?}")" \
	'Status: 403 Forbidden' 'a signature that is too short is refused'
is "$(cgi facebook "$TMP/body" HTTP_X_HUB_SIGNATURE_256="sha256=")" \
	'Status: 403 Forbidden' 'an empty one too'
is "$(cgi facebook "$TMP/body")" 'Status: 403 Forbidden' 'and none'
like "$(cat "$TMP/err")" 'facebook: answered 403: it has no signature' \
	'and our log knows why'
is "$(grep -c signature "$TMP/out")" 0 'but not who asks'
(cat "$TMP/body"; echo) > "$TMP/other"
is "$(cgi facebook "$TMP/other" HTTP_X_HUB_SIGNATURE_256="$sign")" \
	'Status: 403 Forbidden' 'one byte more is another body'
is "$(cgi nobody "$TMP/body" HTTP_X_HUB_SIGNATURE_256="$sign")" \
	'Status: 404 Not Found' 'a hook that is not there is not found'
is "$(cgi ../facebook "$TMP/body" HTTP_X_HUB_SIGNATURE_256="$sign")" \
	'Status: 200 OK' 'only the last part of the path counts'
is "$(count "$spool/new")" 2 'and nothing was kept of those refused'

now=1795262400
echo '{"a":1}' > "$TMP/b"
is "$(cgi slack "$TMP/b" HTTP_X_SLACK_REQUEST_TIMESTAMP=$now \
	HTTP_X_SLACK_SIGNATURE="v0=$({ printf 'v0:%s:' $now
	cat "$TMP/b"; } | mac sha256 hex)")" 'Status: 200 OK' \
	'Slack signs its time as well'
old=$((now - 301))
is "$(cgi slack "$TMP/b" HTTP_X_SLACK_REQUEST_TIMESTAMP=$old \
	HTTP_X_SLACK_SIGNATURE="v0=$({ printf 'v0:%s:' $old
	cat "$TMP/b"; } | mac sha256 hex)")" 'Status: 403 Forbidden' \
	'what is older than five minutes is a replay'
is "$(cgi stripe "$TMP/b" HTTP_STRIPE_SIGNATURE="t=$now,v1=00,v1=$({
	printf '%s.' $now; cat "$TMP/b"; } | mac sha256 hex)")" \
	'Status: 200 OK' 'one of several signatures will do'
is "$(cgi x "$TMP/b" HTTP_X_TWITTER_WEBHOOKS_SIGNATURE="sha256=$(
	mac sha256 base64 < "$TMP/b" | pad)")" 'Status: 200 OK' 'X is known'
is "$(cgi linkedin "$TMP/b" HTTP_X_LI_SIGNATURE="$({ printf hmacsha256=
	cat "$TMP/b"; } | mac sha256 hex)")" 'Status: 200 OK' \
	'LinkedIn is known'
is "$(cgi telegram "$TMP/b" \
	HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN="$secret")" 'Status: 200 OK' \
	'Telegram is known'
is "$(cgi telegram "$TMP/b" HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN=guess)" \
	'Status: 403 Forbidden' 'and its secret compared'
is "$(grep -rc "$secret" "$TMP/spool" | grep -vc ':0')" 0 'but not kept'
is "$(cgi hmac "$TMP/b" HTTP_X_SIGN="$(mac sha1 base64 < "$TMP/b" | pad)")" \
	'Status: 200 OK' 'others are a matter of configuration'
printf 'To=%%2B48732000000&From=%%2B48600100200&Body=Gdzie+kurier%%3F&MessageSid=SM1' \
	> "$TMP/form"
sign=$(printf 'https://hooks.example/h/twilio?a=1BodyGdzie kurier?From+48600100200MessageSidSM1To+48732000000' |
	mac sha1 base64 | pad)
is "$(cgi twilio "$TMP/form" QUERY_STRING=a=1 \
	CONTENT_TYPE=application/x-www-form-urlencoded \
	HTTP_X_TWILIO_SIGNATURE="$sign")" 'Status: 200 OK' \
	'Twilio signs its address and its form'
is "$(tail -1 "$TMP/out")" '<Response/>' 'and is answered with nothing to do'
is "$(cgi twilio "$TMP/form" QUERY_STRING=a=2 \
	CONTENT_TYPE=application/x-www-form-urlencoded \
	HTTP_X_TWILIO_SIGNATURE="$sign")" 'Status: 403 Forbidden' \
	'another address is another signature'
echo '{"action":"opened"}' > "$TMP/b"
sign=sha256=$(mac sha256 hex < "$TMP/b")
is "$(cgi github "$TMP/b" HTTP_X_HUB_SIGNATURE_256="$sign" \
	HTTP_X_GITHUB_EVENT=ping) $(count "$TMP/spool/github/new")" \
	'Status: 200 OK 0' "GitHub's ping is answered and not kept"
is "$(cgi github "$TMP/b" HTTP_X_HUB_SIGNATURE_256="$sign" \
	HTTP_X_GITHUB_EVENT=issues HTTP_X_GITHUB_DELIVERY=d-1) $(
	sed -n 's/^\(Event\|Delivery\): //p' "$TMP"/spool/github/new/* |
	paste -sd,)" 'Status: 200 OK issues,d-1' \
	'what a header tells is kept'

# -- handshakes ---------------------------------------------------------------
is "$(ask facebook "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=$secret")" \
	'200 1158201444' 'the challenge of Meta is given back'
is "$(ask facebook 'hub.mode=subscribe&hub.challenge=1&hub.verify_token=x')" \
	'403 Forbidden' 'but not without its verify_token'
is "$(ask facebook "hub.mode=subscribe&hub.challenge=<script>&hub.verify_token=$secret" |
	cut -c1-3)" 200 'a challenge may be any text'
like "$(cat "$TMP/out")" 'Content-Type: text/plain' 'that is no page'
is "$(ask facebook "hub.mode=subscribe&hub.challenge=%0d%0aX:1&hub.verify_token=$secret")" \
	'400 Bad Request' 'but has no controls'
is "$(ask facebook "hub.mode=subscribe&hub.challenge=1&hub.verify_token=$secret&hub.verify_token=x")" \
	'400 Bad Request' 'nothing may stand twice'
is "$(ask x crc_token=abc)" \
	"200 {\"response_token\":\"sha256=$(printf abc | mac sha256 base64 |
	pad)\"}" 'the question of X is answered'
is "$(ask linkedin challengeCode=8f-1)" \
	"200 {\"challengeCode\":\"8f-1\",\"challengeResponse\":\"$(
	printf 8f-1 | mac sha256 hex)\"}" 'and that of LinkedIn'
echo '{"type":"url_verification","challenge":"3eZbrw1a"}' > "$TMP/b"
cgi slack "$TMP/b" HTTP_X_SLACK_REQUEST_TIMESTAMP=$now \
	HTTP_X_SLACK_SIGNATURE="v0=$({ printf 'v0:%s:' $now
	cat "$TMP/b"; } | mac sha256 hex)" > /dev/null
is "$(tail -1 "$TMP/out") $(count "$TMP/spool/slack/new")" '3eZbrw1a 1' \
	'and that of Slack, which is not kept'
is "$(ask telegram a=b)" '405 Method Not Allowed' 'others do not ask'

# -- what is no request -------------------------------------------------------
is "$(QUERY_STRING=-l GATEWAY_INTERFACE=CGI/1.1 sm-hook -l |
	tr -d '\r' | head -1)" 'Status: 400 Bad Request' \
	'no query becomes an option of ours'
is "$(cgi facebook "$TMP/b" CONTENT_LENGTH=+5)" 'Status: 400 Bad Request' \
	'a length is a number'
is "$(cgi facebook "$TMP/b" CONTENT_LENGTH=99999999)" \
	'Status: 413 Content Too Large' 'and has its bound'
is "$(cgi facebook "$TMP/b" CONTENT_LENGTH=4000)" 'Status: 400 Bad Request' \
	'a body that ends early is none'
is "$(cgi facebook "$TMP/b" CONTENT_LENGTH=)" 'Status: 411 Length Required' \
	'one without a length either'
http() {
	sm-hook -c "$TMP/conf" --stdin 2> "$TMP/err" | tr -d '\r' | head -1
}
is "$(printf 'GET /facebook HTTP/1.1\r\nHost: x\r\n\r\n' | http)" \
	'HTTP/1.1 400 Bad Request' 'a request may come on standard input'
for request in 'GET /x HTTP/2.0\r\n\r\n|505' 'GET x HTTP/1.1\r\n\r\n|400' \
	'POST /facebook HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab|400' \
	'POST /facebook HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n|501' \
	'POST /facebook HTTP/1.1\r\n\r\n|411' 'POST /facebook HTTP/1.1\r\nA b: c\r\n\r\n|400' \
	'POST /facebook HTTP/1.1\r\nA: b\r\n c\r\n\r\n|400' \
	'PUT /facebook HTTP/1.1\r\n\r\n|405' '\r\n\r\n|400' 'GET /|400'; do
	# shellcheck disable=SC2059 # the request is a format
	is "$(printf "${request%|*}" | http | cut -d' ' -f2)" "${request##*|}" \
		"$(printf '%.40s' "${request%|*}") is answered ${request##*|}"
done
is "$({ printf 'GET / HTTP/1.1\r\nA: '; head -c 70000 /dev/zero |
	tr '\0' a; } | http | cut -d' ' -f2)" 431 'headers have their bound'

# -- before the first call ----------------------------------------------------
cat > "$TMP/new" <<END
[hook "new"]
	kind = github
	secret_file = secret
	source = new
[source "new"]
	type = spool
	path = $TMP/spool/new
[source "other"]
	type = spool
	path = $TMP/spool/other
END
status 0 'a spool that waits for its first call is empty' \
	sm-fetch -c "$TMP/new" --state "$TMP/new.state" new
is "$(cat "$TMP/out" "$TMP/err")" '' 'and no trouble'
status 66 'one that no hook fills is not there' sm-fetch -c "$TMP/new" other

# -- durability ---------------------------------------------------------------
rm -rf "$spool"
cp tests/fixture/mapping/meta-facebook.ndjson "$TMP/body"
sign=sha256=$(mac sha256 hex < "$TMP/body")
if [ "$(id -u)" -eq 0 ] && command -v mount > /dev/null &&
    mkdir -p "$spool" && mount -t tmpfs -o size=64k none "$spool" \
    2> /dev/null; then
	cgi facebook "$TMP/body" HTTP_X_HUB_SIGNATURE_256="$sign" > /dev/null
	head -c 100000 /dev/zero > "$spool/full" 2> /dev/null
	is "$(cgi facebook "$TMP/body" HTTP_X_HUB_SIGNATURE_256="$sign")" \
		'Status: 503 Service Unavailable' 'a full disk is not a yes'
	is "$(count "$spool/new") $(count "$spool/tmp")" '1 0' \
		'and nothing half is left'
	umount "$spool"
else
	skip 'a full disk is not a yes' 'cannot mount a small file system'
	skip 'and nothing half is left' 'cannot mount a small file system'
fi
rm -rf "$spool"
touch "$spool"
is "$(cgi facebook "$TMP/body" HTTP_X_HUB_SIGNATURE_256="$sign")" \
	'Status: 503 Service Unavailable' 'nor is a spool that is no folder'
rm -f "$spool"

i=0
while [ $i -lt 200 ]; do
	printf '{"object":"page","entry":[{"id":"1","changes":[{"field":"feed","value":{"item":"comment","verb":"add","comment_id":"c_%s","message":"m","from":{"id":"2"}}}]}]}' \
		$i > "$TMP/p$i"
	i=$((i + 1))
done
i=0
while [ $i -lt 200 ]; do
	(tag=$i && cgi facebook "$TMP/p$i" HTTP_X_HUB_SIGNATURE_256="sha256=$(
		mac sha256 hex < "$TMP/p$i")" > "$TMP/said$i") 2> /dev/null &
	i=$((i + 1))
	[ $((i % 25)) -ne 0 ] || wait
done
wait
is "$(cat "$TMP"/said* | sort | uniq -c | tr -s ' ')" ' 200 Status: 200 OK' \
	'two hundred at once are all taken'
is "$(count "$spool/new") $(count "$spool/tmp")" '200 0' 'and all in the spool'
is "$(for f in "$spool"/new/*; do sed '1,/^$/d' "$f"; echo; done |
	jq -r '.entry[0].changes[0].value.comment_id' | sort -u | wc -l |
	tr -d ' ')" 200 'each of them once'

# Killed at any moment, it has said yes only to what is whole in new/.
kills=${SM_KILLS:-60}
rm -rf "$spool"
yes=0
half=0
i=0
while [ $i -lt "$kills" ]; do
	env -i PATH="$PATH" GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=POST \
		PATH_INFO=/facebook CONTENT_LENGTH="$(wc -c < "$TMP/body")" \
		HTTP_X_HUB_SIGNATURE_256="$sign" timeout -s KILL \
		"0.00$((i % 10))$((i % 7))" sm-hook -c "$TMP/conf" \
		< "$TMP/body" > "$TMP/out" 2> /dev/null
	grep -q '200 OK' "$TMP/out" && yes=$((yes + 1))
	i=$((i + 1))
done
for f in "$spool"/new/*; do
	[ -e "$f" ] || continue
	sed '1,/^$/d' "$f" | cmp -s - "$TMP/body" || half=$((half + 1))
done
is "$half" 0 "killed $kills times, there is no half file"
ok 'and no yes without one' test "$yes" -le "$(count "$spool/new")"

# -- the spool as a source ----------------------------------------------------
SM_SHARE=$PWD/share
export SM_SHARE
rm -rf "$spool"
hook() {
	cgi "$1" "$2" HTTP_X_HUB_SIGNATURE_256="sha256=$(
		mac sha256 hex < "$2")" > /dev/null
}
keep() {
	sm-fetch --state "$TMP/s" spool "$spool" 2> "$TMP/err" |
		sm-checkpoint "$TMP/s"
}
hook facebook "$TMP/p1"
hook facebook "$TMP/body"
is "$(sm-fetch spool "$spool" | jq -r .id | paste -sd' ')" \
	'c_1 778899_5544 778899_5545 778899_5546' \
	'posts come in the order of their requests'
is "$(count "$spool/new") $(count "$spool/cur")" '2 0' \
	'without a cursor nothing moves'
is "$(keep | wc -l | tr -d ' ')" 4 'with one they come as well'
is "$(count "$spool/new") $(count "$spool/cur")" '2 0' \
	'and the files stay until it is known to be kept'
hook facebook "$TMP/p2"
is "$(keep | jq -r .id)" c_2 'the next time only what is new comes'
is "$(count "$spool/new") $(count "$spool/cur")" '1 2' \
	'and what was kept has moved'
hook facebook "$TMP/p3"
sm-fetch --state "$TMP/s" spool "$spool" > /dev/null
is "$(keep | jq -r .id)" c_3 'what was not kept comes again'
is "$(keep | wc -l | tr -d ' ')" 0 'what was kept does not'
printf 'no json' > "$TMP/bad"
hook facebook "$TMP/bad"
hook facebook "$TMP/p4"
printf 'garbage' > "$spool/new/01795262400000000000-1-1"
ln -s /etc/passwd "$spool/new/01795262400000000000-1-2"
sm-fetch --state "$TMP/s" spool "$spool" > "$TMP/out" 2> "$TMP/err"
is "$? $(jq -r 'select(.id).id' "$TMP/out")" '1 c_4' \
	'a broken body is counted and stops no other'
is "$(count "$spool/reject")" 4 'and moved apart, with a word why'
like "$(cat "$spool"/reject/*.why)" 'it is no request of sm-hook' \
	'so is what sm-hook did not write'
is "$(grep -c root "$TMP/out" "$TMP/err" | paste -sd' ')" \
	"$TMP/out:0 $TMP/err:0" 'a link leads nowhere'
rm -f "$spool/new/01795262400000000000-1-2"
half=$spool/tmp/01795262400000000000-1-3
head -c 50 "$TMP/body" > "$half"
is "$(keep | jq -r .id)" c_4 'what a killed sm-hook left is not read'
ok 'nor touched, while it may be alive' test -e "$half"
SM_NOW=2026-11-23T00:00:01Z keep > /dev/null
ok 'and goes after a day and a half' test ! -e "$half"
SM_NOW=2026-12-20T00:00:00Z keep > /dev/null
is "$(count "$spool/cur")" 5 'what was read is kept for a month'
SM_NOW=2026-12-22T13:00:00Z keep > /dev/null
is "$(count "$spool/cur") $(count "$spool/reject")" '0 0' 'and then goes'
is "$(sm-fetch spool "$TMP/spool/twilio" | jq -r .content)" 'Gdzie kurier?' \
	'a form is read as well'
is "$(jq -r .start "$TMP/out" | head -1)" 2026-11-21T12:00:00Z \
	'clocks start when the hook was called'
cp tests/fixture/feed/forum.rss "$TMP/feed"
cgi websub "$TMP/feed" CONTENT_TYPE=application/rss+xml \
	HTTP_X_HUB_SIGNATURE="sha1=$(mac sha1 hex < "$TMP/feed")" > /dev/null
is "$(sm-fetch spool "$TMP/spool/websub" | jq -r .key | paste -sd' ')" \
	"$(sm-fetch --base https://forum.example/feed feed "$TMP/feed" |
	jq -r .key | paste -sd' ')" \
	'what a hub sends is the feed that it would have been'
sm-fetch spool "$TMP/spool/hmac" > /dev/null 2> "$TMP/err"
is "$?" 78 'what has no mapping wants one'
like "$(cat "$TMP/err")" 'set mapping = ...' 'and says so'
status 66 'a spool that is not there is said to be' \
	sm-fetch spool "$TMP/nowhere"

# -- manners ------------------------------------------------------------------
status 0 'the hooks can be checked' sm-hook -c "$TMP/conf" --check
is "$(wc -l < "$TMP/out" | tr -d ' ')" 10 'each has its line'
status 0 'the kinds are listed' sm-hook -l
is "$(cut -d' ' -f1 "$TMP/out" | sort -c 2>&1)" '' 'sorted'
check() {
	printf '[hook "a"]\n%s\n' "$1" > "$TMP/c2"
	chmod 600 "$TMP/c2"
	sm-hook -c "$TMP/c2" --check > "$TMP/out" 2> "$TMP/err"
	status_got=$?
	is "$status_got" 78 "$2"
}
check 'kind = meat' 'an unknown kind is refused'
like "$(cat "$TMP/err")" "did you mean 'meta'" 'and the nearest named'
check 'kind = x' 'a hook without a secret is refused'
like "$(cat "$TMP/err")" 'secret_cmd or secret_file' 'and told what is missing'
check 'kind = hmac
secret = s' 'hmac needs a header'
check 'kind = twilio
secret = s' 'twilio needs its url'
check 'kind = x
secret = s
header = a' 'what does not belong to a kind is refused'
status 64 'without a request it says how it is used' sm-hook -c "$TMP/conf"
status 64 'an address is in numbers' sm-hook -c "$TMP/conf" --listen nowhere:1

done_testing
