#!/bin/sh
# Logging in, and staying logged in, with a real OpenID provider: it gives
# tokens that last one second, and revokes all of a login's when a refresh token
# is used twice.  SM_REFRESHES: how many processes in all (200).
. tests/lib.sh

idp=$TMP/idp
command -v curl > /dev/null || {
	[ -z "${CI-}" ] || { echo 'Bail out! curl is missing'; exit 1; }
	echo '1..0 # SKIP curl is not installed'
	exit 0
}
# The provider itself does not run on an older one, such as Debian 12 has.
if [ "$(node --version 2> /dev/null | sed 's/^v\([0-9]*\).*/\1/')" -lt 20 ] \
    2> /dev/null; then
	echo "1..0 # SKIP the OpenID provider wants node 20; here is $(node --version)"
	exit 0
fi
trap 'tests/live/server/oidc stop "$idp"; rm -rf "$TMP"' EXIT
vars=$(tests/live/server/oidc start "$idp") || {
	[ -z "${CI-}" ] || { echo 'Bail out! no OpenID provider'; exit 1; }
	echo '1..0 # SKIP no OpenID provider'
	exit 0
}
eval "$vars"
at=http://127.0.0.1:$oidc_port
cat > "$TMP/conf" <<END
[account "native"]
	url = $at
	auth_url = $at/auth?prompt=consent
	token_url = $at/token
	device_url = $at/device/auth
	client_id = native
	scope = openid offline_access
	allow_private = yes
[account "web"]
	url = $at
	auth_url = $at/auth?prompt=consent
	token_url = $at/token
	client_id = secretive
	client_secret_cmd = "printf %s 'cl1ent s:cret+%'"
	redirect = $at/nowhere
	scope = openid offline_access
	allow_private = yes
[source "fed"]
	type = feed
	url = $at/feed
	account = native
[source "again"]
	type = feed
	url = $at/feed?again
	account = native
[source "web"]
	type = feed
	url = $at/feed
	account = web
END
kept=$XDG_STATE_HOME/sm/auth/native.json
events() {
	grep -c "$1" "$idp/events"
}
# until COMMAND...: bounded
until_() {
	i=0
	until "$@"; do
		i=$((i + 1))
		[ $i -lt 200 ] || return 1
		sleep 0.05
	done
}
# Until the token that is kept has ended.
ended() {
	[ "$(date +%s)" -gt "$(sed 's/.*"expires_at":\([0-9]*\).*/\1/' \
		"${1:-$kept}")" ]
}
# browse URL: somebody who allows everything; prints where he is sent
browse() {
	jar=$TMP/jar
	rm -f "$jar"
	to=$1
	steps=0
	while [ $steps -lt 20 ]; do
		steps=$((steps + 1))
		to=$(curl -s -b "$jar" -c "$jar" -o "$TMP/page" \
			-w '%{redirect_url}' "$to")
		case $to in
		*[?\&]code=*) break ;;
		?*) continue ;;
		esac
		prompt=$(sed -n 's/.*name="prompt" value="\([a-z]*\)".*/\1/p' \
			"$TMP/page" | head -1)
		action=$(sed -n 's/.*action="\([^"]*\)".*/\1/p' "$TMP/page" |
			head -1)
		[ -n "$prompt" ] || break
		to=$(curl -s -b "$jar" -c "$jar" -o "$TMP/page" \
			-w '%{redirect_url}' \
			--data "prompt=$prompt&login=ola&password=x" "$action")
	done
	echo "$to"
}

status 77 'who has not logged in is told' sm-fetch -c "$TMP/conf" fed
like "$(cat "$TMP/err")" "run 'sm auth native'" 'and how to'
status 77 'the list knows' sm auth -c "$TMP/conf" --list
like "$(cat "$TMP/out")" 'must log in' 'and says so'

# -- the code flow, by loopback -----------------------------------------------
mkfifo "$TMP/keys"
sm auth -c "$TMP/conf" native < "$TMP/keys" > "$TMP/said" 2> "$TMP/err" &
login=$!
exec 9> "$TMP/keys"
until_ grep -q '^  http' "$TMP/said"
address=$(sed -n 's/^  //p' "$TMP/said")
like "$address" 'code_challenge_method=S256' 'the address has a challenge'
like "$address" 'redirect_uri=http%3A%2F%2F127.0.0.1%3A' 'and comes back here'
back=$(browse "$address")
here=${back%%\?*}
is "$(curl -s -o "$TMP/page" -w '%{http_code}' \
	"$here?code=forged&state=guessed")" 404 'a forged answer is not taken'
is "$(curl -s -o "$TMP/page" -w '%{http_code}' "${here%/*}/favicon.ico")" \
	404 'nor is what browsers ask besides'
curl -s "$back" > "$TMP/page"
like "$(cat "$TMP/page")" 'close this window' 'the true one is'
wait $login
is "$?" 0 'and the login is done'
exec 9>&-
is "$(stat -c %a "$kept")" 600 'the tokens are private'
is "$(grep -c "$(sed 's/.*"access_token":"\([^"]*\)".*/\1/' "$kept")" \
	"$TMP/said" "$TMP/err" | grep -cv ':0')" 0 'and not shown'

# -- staying logged in --------------------------------------------------------
status 0 'the token is used' sm-fetch -c "$TMP/conf" fed
is "$(wc -l < "$TMP/out" | tr -d ' ')" 1 'with its posts'
until_ ended
refreshed=$(events 'granted refresh_token')
status 0 'when it has ended' sm-fetch -c "$TMP/conf" fed again
is "$(wc -l < "$TMP/out" | tr -d ' ')" 2 'both sources of the account come'
is $(($(events 'granted refresh_token') - refreshed)) 1 \
	'by one refresh for both'
many=${SM_REFRESHES:-200}
done_=0
failed=0
while [ $done_ -lt "$many" ]; do
	pids=
	i=0
	while [ $i -lt 50 ]; do
		i=$((i + 1))
		sm-fetch -c "$TMP/conf" fed > "$TMP/out.$i" \
			2> "$TMP/err.$i" &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || failed=$((failed + 1))
	done
	done_=$((done_ + 50))
	until_ ended
done
is "$failed" 0 "$many processes, 50 at once, all get through"
is "$(events REVOKED)" 0 'and no family of tokens is revoked'
is "$(events refused)" 0 'since no refresh token is used twice'
sed 's/"access_token":"[^"]*"/"access_token":"nonsense"/
s/"expires_at":[0-9]*/"expires_at":9999999999/' "$kept" > "$TMP/other"
cat "$TMP/other" > "$kept"
status 0 'a token that is refused before its time is renewed' \
	sm-fetch -c "$TMP/conf" fed
sm auth -c "$TMP/conf" --list > "$TMP/out"
like "$(cat "$TMP/out")" 'ok, renewed by itself' 'and the list says so'

# -- a family that is lost ----------------------------------------------------
until_ ended
cp "$kept" "$TMP/old"
status 0 'the next' sm-fetch -c "$TMP/conf" fed
until_ ended
cp "$TMP/old" "$kept"
status 77 'a refresh token from a backup is refused' \
	sm-fetch -c "$TMP/conf" fed
like "$(cat "$TMP/err")" "run 'sm auth native'" 'and a person is asked for'
refused=$(events refused)
status 77 'it stays refused' sm-fetch -c "$TMP/conf" fed
is "$(events refused)" "$refused" 'without asking again'
status 77 'the list knows of it' sm auth -c "$TMP/conf" --list
like "$(cat "$TMP/out")" 'must log in: its refresh token' 'and why'

# -- pasting, with a client that has a secret ---------------------------------
rm -f "$TMP/keys"
mkfifo "$TMP/keys"
sm auth -c "$TMP/conf" --flow paste web < "$TMP/keys" > "$TMP/said" \
	2> "$TMP/err" &
login=$!
exec 9> "$TMP/keys"
until_ grep -q '^  http' "$TMP/said"
back=$(browse "$(sed -n 's/^  //p' "$TMP/said")")
echo "$back" >&9
exec 9>&-
wait $login
is "$?" 0 'a pasted address does as well'
until_ ended "$XDG_STATE_HOME/sm/auth/web.json"
status 0 'a client with a secret renews its tokens' \
	sm-fetch -c "$TMP/conf" web
echo "$at/nowhere?code=x&state=y" > "$TMP/line"
sm auth -c "$TMP/conf" --flow paste web < "$TMP/line" > "$TMP/out" \
	2> "$TMP/err"
is "$?" 77 "another login's address does not"

# -- a device -----------------------------------------------------------------
sm auth -c "$TMP/conf" --flow device native < /dev/null > "$TMP/said" \
	2> "$TMP/err" &
login=$!
until_ grep -q 'user_code=' "$TMP/said"
jar=$TMP/jar2
to=$(sed -n 's/^  \(.*user_code=.*\)/\1/p' "$TMP/said")
# The page is a form with a secret of its own, then login and consent.
curl -s -L -b "$jar" -c "$jar" -o "$TMP/page" "$to"
steps=0
while [ $steps -lt 20 ]; do
	steps=$((steps + 1))
	set --
	for name in xsrf user_code confirm prompt; do
		value=$(sed -n "s/.*name=\"$name\" value=\"\([^\"]*\)\".*/\1/p" \
			"$TMP/page" | head -1)
		[ -z "$value" ] || set -- "$@" --data-urlencode "$name=$value"
	done
	action=$(sed -n 's/.*action="\([^"]*\)".*/\1/p' "$TMP/page" | head -1)
	[ $# -gt 0 ] && [ -n "$action" ] || break
	curl -s -L -b "$jar" -c "$jar" -o "$TMP/page" \
		--data "login=ola&password=x" "$@" "$action"
done
wait $login
is "$?" 0 'a code that was typed on another device does'
status 0 'and its tokens work' sm-fetch -c "$TMP/conf" fed

status 0 'logging out forgets them' sm auth -c "$TMP/conf" --logout native
ok 'all' [ ! -e "$kept" ]
status 77 'and then one must log in again' sm-fetch -c "$TMP/conf" fed
is "$(events REVOKED)" 1 'only the backup cost a family'
done_testing
