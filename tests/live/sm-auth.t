#!/bin/sh
# Logging in to a server of the Mastodon API, which knows nothing of us yet.
. tests/lib.sh

snac=$TMP/snac
trap 'tests/live/server/snac stop "$snac"; rm -rf "$TMP"' EXIT
vars=$(tests/live/server/snac start "$snac" 2> "$TMP/why") || {
	[ -z "${CI-}" ] || { echo "Bail out! $(cat "$TMP/why")"; exit 1; }
	echo "1..0 # SKIP $(tail -1 "$TMP/why")"
	exit 0
}
eval "$vars"
cat > "$TMP/conf" <<END
[account "brand"]
	type = mastodon
	url = $SNAC_URL
	allow_private = yes
[source "mentions"]
	type = mastodon
	account = brand
END
# until_ COMMAND...: bounded
until_() {
	i=0
	until "$@"; do
		i=$((i + 1))
		[ $i -lt 200 ] || return 1
		sleep 0.05
	done
}
kept=$XDG_STATE_HOME/sm/auth/brand.json
mkfifo "$TMP/keys"
sm auth -c "$TMP/conf" brand < "$TMP/keys" > "$TMP/said" 2> "$TMP/err" &
login=$!
exec 9> "$TMP/keys"
until_ grep -q '^  http' "$TMP/said"
client=$(sed -n 's/.*[?&]client_id=\([^&]*\).*/\1/p' "$TMP/said")
ok 'the application has introduced itself' [ -n "$client" ]
code=$(curl -s "$SNAC_URL/oauth/x-snac-login" --data-urlencode login=brand \
	--data-urlencode "passwd=$SNAC_BRAND_PASSWORD" \
	--data-urlencode redir=urn:ietf:wg:oauth:2.0:oob \
	--data-urlencode "cid=$client" --data-urlencode state=)
echo "$code" >&9
exec 9>&-
wait $login
is "$?" 0 'the code that the server shows is pasted'
is "$(jq -r .user "$kept")" brand 'the server says who we are'
is "$(jq -r .id "$kept")" "$SNAC_BRAND_ID" 'by id as well'
status 0 'the list knows' sm auth -c "$TMP/conf" --list
status 0 'and the token works' sm-fetch -c "$TMP/conf" mentions
is "$(jq -r .access_token "$kept" | grep -cf - "$TMP/said" "$TMP/err" |
	grep -cv ':0$')" 0 'without having been shown'
done_testing
