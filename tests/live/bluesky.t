#!/bin/sh
# The bluesky connector against the whole network on loopback.
. tests/lib.sh
unset SM_NOW
. tests/lib-live.sh
start_server bluesky

umask 077
cat > "$TMP/config" <<END
[brand "acme"]
	own = $BSKY_BRAND_HANDLE
[account "brand"]
	type = bluesky
	url = $BSKY_URL
	user = $BSKY_BRAND_HANDLE
	password = $BSKY_BRAND_PASSWORD
	allow_private = yes
[account "wrong"]
	type = bluesky
	url = $BSKY_URL
	user = $BSKY_JAN_HANDLE
	password = something-else
	allow_private = yes
END
# source NAME LINE...
source_() {
	printf '[source "%s"]\n\ttype = bluesky\n\tbrand = acme\n' "$1"
	shift
	for line; do printf '\t%s\n' "$line"; done
} >> "$TMP/config"
source_ sky 'account = brand'
source_ tag 'account = brand' 'what = "tag #acme"'
source_ words 'account = brand' 'what = search zaginiony'
source_ ola 'account = brand' "what = account $BSKY_OLA_HANDLE"
source_ us 'account = brand' "what = account $BSKY_BRAND_HANDLE"
source_ public "url = $BSKY_APPVIEW" "what = account $BSKY_OLA_HANDLE" \
	'allow_private = yes'
source_ wrong 'account = wrong'
SM_CONFIG=$TMP/config
export SM_CONFIG

# call TOKEN NSID BODY
call() {
	curl -s -X POST -H "Authorization: Bearer $1" \
		-H 'Content-Type: application/json' "$BSKY_URL/xrpc/$2" -d "$3"
}
# say NAME TEXT [MEMBERS [TIME]]: posts it, prints {"uri", "cid"}
say() {
	say_did='' say_token=''
	eval "say_did=\$BSKY_$1_DID say_token=\$BSKY_$1_TOKEN"
	call "$say_token" com.atproto.repo.createRecord "$(jq -cn \
		--arg repo "$say_did" --arg text "$2" \
		--arg time "${4:-$(date -u +%Y-%m-%dT%H:%M:%S.000Z)}" \
		--argjson more "{${3-}}" '{repo: $repo,
		collection: "app.bsky.feed.post", record: ({
		"$type": "app.bsky.feed.post", text: $text, langs: ["pl"],
		createdAt: $time} + $more)}')" | jq -c '{uri, cid}'
}
# mention FROM TO: a facet that mentions the brand
mention="{\"index\":{\"byteStart\":0,\"byteEnd\":11},\"features\":[{\"\$type\":\"app.bsky.richtext.facet#mention\",\"did\":\"$BSKY_BRAND_DID\"}]}"
# reply ROOT PARENT
reply() {
	echo "\"reply\":{\"root\":$1,\"parent\":$2}"
}
# get NSID?QUERY: as the brand
get() {
	curl -s -H "Authorization: Bearer $BSKY_BRAND_TOKEN" "$BSKY_URL/xrpc/$1"
}
# noted N: the brand has so many notifications
noted() {
	[ "$(get 'app.bsky.notification.listNotifications?limit=100' |
		jq '.notifications | length')" -ge "$1" ]
}
keep() {
	sm-fetch --state "$TMP/state" "$@" 2> "$TMP/err" |
		sm-checkpoint "$TMP/state"
}
uri_of() {
	echo "$1" | jq -r .uri
}

# -- mentions, answers, quotes ------------------------------------------------
sm-fetch sky > "$TMP/out" 2> "$TMP/err"
is "$(cat "$TMP/out" "$TMP/err")" '' 'before anything is said there is nothing'
i=0
while [ $i -lt 20 ]; do
	i=$((i + 1))
	say OLA "@brand.test paczka $i nie dotarła" "\"facets\":[$mention]"
done > "$TMP/said"
ours=$(say BRAND 'Dostarczamy w 24 h #acme' '"facets":[{"index":{"byteStart":19,"byteEnd":24},"features":[{"$type":"app.bsky.richtext.facet#tag","tag":"acme"}]}]')
answer=$(say JAN 'not to me' "$(reply "$ours" "$ours")")
nested=$(say OLA 'nor to me' "$(reply "$ours" "$answer")")
quote=$(say JAN 'hear, hear' "\"embed\":{\"\$type\":\"app.bsky.embed.record\",\"record\":$ours}")
png=$(printf '\211PNG\r\n\032\n\000\000\000\rIHDR\000\000\000\001\000\000\000\001\010\006\000\000\000\037\025\304\211\000\000\000\nIDATx\234c\000\001\000\000\005\000\001\r\n-\264\000\000\000\000IEND\256B`\202' |
	curl -s -X POST -H "Authorization: Bearer $BSKY_OLA_TOKEN" \
	-H 'Content-Type: image/png' --data-binary @- \
	"$BSKY_URL/xrpc/com.atproto.repo.uploadBlob" | jq -c .blob)
rich=$(say OLA '@brand.test look https://track.example/p/77… here' "\"facets\":[$mention,
	{\"index\":{\"byteStart\":17,\"byteEnd\":46},\"features\":[{\"\$type\":\"app.bsky.richtext.facet#link\",\"uri\":\"https://track.example/p/7781234\"}]},
	{\"index\":{\"byteStart\":3,\"byteEnd\":9999},\"features\":[{\"\$type\":\"app.bsky.richtext.facet#link\",\"uri\":\"https://evil.example/\"}]},
	{\"index\":{\"byteStart\":44,\"byteEnd\":47},\"features\":[{\"\$type\":\"app.bsky.richtext.facet#link\",\"uri\":\"https://evil.example/\"}]}],
	\"embed\":{\"\$type\":\"app.bsky.embed.images\",\"images\":[{\"alt\":\"pusta półka\",\"image\":$png}]}")
ok 'the network notifies us' until_ok 60 noted 24
keep sky > "$TMP/posts"
is "$(jq -r .key "$TMP/posts" | sort -u | wc -l | tr -d ' ')" 24 \
	'mentions, answers and quotes arrive'
is "$(wc -l < "$TMP/posts" | tr -d ' ')" 24 'each once'
is "$(cat "$TMP/err")" '' 'without a complaint'
is "$(jq -r 'select(.content | contains("paczka")) | .id + " " + .rev' \
	"$TMP/posts" | sort)" "$(jq -r '.uri + " " + .cid' "$TMP/said" | sort)" \
	'by the names that the network gave them'
is "$(jq -r .published "$TMP/posts" | sort -c 2>&1)" '' 'the oldest first'
is "$(jq -r 'select(.content == "@brand.test paczka 7 nie dotarła") |
	[.direction, .visibility, .language, .attributedTo.preferredUsername,
	.attributedTo.id, .account, .brand, .tag[0].href, .ref.parent.uri == .id,
	.context == .id] | join(" ")' "$TMP/posts")" \
	"in public pl ola.test $BSKY_OLA_DID brand acme $BSKY_BRAND_DID true true" \
	'and say what was written, by whom, to whom'
# of URI FILTER
of() {
	jq -r --arg id "$(uri_of "$1")" "select(.id == \$id) | $2" "$TMP/posts"
}
is "$(of "$answer" '[.direction, .inReplyTo, .context, .ref.root.cid] | join(" ")')" \
	"in $(uri_of "$ours") $(uri_of "$ours") $(echo "$ours" | jq -r .cid)" \
	'an answer to us is to us, and an answer to it knows root and parent'
is "$(of "$nested" '[.direction, .inReplyTo, .context] | join(" ")')" \
	"peer $(uri_of "$answer") $(uri_of "$ours")" \
	'an answer to somebody else is not'
is "$(of "$quote" '[.direction, .flags[0], .attachment[0].name] | join(" ")')" \
	'about quoted @brand.test: Dostarczamy w 24 h #acme' 'a quote is about us'
is "$(of "$rich" .content)" \
	'@brand.test look https://track.example/p/77… <https://track.example/p/7781234> here' \
	'links say where they lead, hostile facets nothing'
is "$(of "$rich" '.attachment[0] | .mediaType + " " + .name')" \
	'image/png pusta półka' 'pictures have their text'
is "$(of "$rich" '.attributedTo.posts > 20')" true 'authors their counts'

# -- several sweeps -----------------------------------------------------------
is "$(keep sky | wc -l | tr -d ' ')" 0 'the next sweep has nothing'
i=0
while [ $i -lt 3 ]; do
	i=$((i + 1))
	say JAN "@brand.test sweep $i" "\"facets\":[$mention]" > "$TMP/one"
	ok "post $i is noted" until_ok 60 noted $((24 + i))
	is "$(keep sky | jq -r .id)" "$(jq -r .uri "$TMP/one")" \
		"sweep $i has it alone"
done
old=$(say JAN '@brand.test long ago' "\"facets\":[$mention]" \
	"$(date -u -d '90 days ago' +%Y-%m-%dT%H:%M:%S.000Z)")
ok 'a post with an old date is noted' until_ok 60 noted 28
keep sky > "$TMP/out"
is "$(jq -r .id "$TMP/out")" "$(uri_of "$old")" 'and comes'
is "$(jq -r '.start == .fetched' "$TMP/out")" true \
	'its clock starts now, not then'

# -- other lists --------------------------------------------------------------
is "$(keep tag | jq -r '.id + " " + .direction')" "$(uri_of "$ours") out" \
	'a hashtag is searched for, ours is ours'
lost=$(say JAN 'zaginiony kurier')
# finds WORDS
finds() {
	[ "$(get "app.bsky.feed.searchPosts?q=$1" | jq '.posts | length')" -gt 0 ]
}
ok 'another post is indexed' until_ok 60 finds zaginiony
is "$(keep words | jq -r '.id + " " + .direction')" "$(uri_of "$lost") about" \
	'words are searched for'
is "$(keep us | jq -r '.id + " " + .direction')" "$(uri_of "$ours") out" \
	'our own account is ours'
is "$(keep ola | wc -l | tr -d ' ')" 22 'an account is read'
is "$(sm-fetch public 2> "$TMP/err" | wc -l | tr -d ' ')" 22 \
	'without a login as well'
source_ thread 'account = brand' "what = thread $(uri_of "$ours")"
keep thread > "$TMP/out"
is "$(jq -r .id "$TMP/out" | sort)" "$({ uri_of "$ours"; uri_of "$answer"
	uri_of "$nested"; } | sort)" 'a thread is read'

# -- deletions ----------------------------------------------------------------
gone=$(sed -n 3p "$TMP/said")
call "$BSKY_OLA_TOKEN" com.atproto.repo.deleteRecord "{\"repo\":\"$BSKY_OLA_DID\",\"collection\":\"app.bsky.feed.post\",\"rkey\":\"$(uri_of "$gone" | sed 's/.*\///')\"}" > /dev/null
# an hour goes by
later() {
	jq '.sky.checked = 0' "$TMP/state" > "$TMP/state2"
	mv "$TMP/state2" "$TMP/state"
	keep sky > "$TMP/changed"
	[ -s "$TMP/changed" ]
}
ok 'a deletion is noticed' until_ok 60 later
is "$(jq -r '[.type, .formerType, .id] | join(" ")' "$TMP/changed")" \
	"Tombstone Note $(uri_of "$gone")" 'and no other'

# -- the same answers again ---------------------------------------------------
sm-fetch --archive "$TMP/tape" sky 2> /dev/null |
	jq -c 'del(.fetched, .raw, .start)' > "$TMP/a"
sm-fetch --replay "$TMP/tape" sky 2> /dev/null |
	jq -c 'del(.fetched, .raw, .start)' > "$TMP/b"
is "$(wc -l < "$TMP/a" | tr -d ' ') $(sha256sum < "$TMP/a")" \
	"26 $(sha256sum < "$TMP/b")" 'a recording gives the same posts'

# -- kill -9 ------------------------------------------------------------------
survives_kills sky

# -- fifty at once ------------------------------------------------------------
rm -f "$TMP/many.state"
i=0
while [ $i -lt 50 ]; do
	i=$((i + 1))
	{
		sm-fetch --state "$TMP/many.state" sky > "$TMP/many.$i" \
			2> "$TMP/many.err.$i"
		echo $? > "$TMP/many.status.$i"
	} &
done
wait
is "$(cat "$TMP"/many.status.* | sort | uniq -c | sort -rn | awk '{print $2}' |
	sort | paste -sd' ')" '0 75' 'of fifty starts some run, the others come again'
is "$(grep -l '"key"' "$TMP"/many.[0-9]* | wc -l | tr -d ' ')" \
	"$(cat "$TMP"/many.status.* | grep -cx 0)" 'and only those give posts'

# -- sessions -----------------------------------------------------------------
token=$(grep -rls access_token "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" \
	"$XDG_STATE_HOME" | head -1)
ok 'the session is kept' test -n "$token"
is "$(stat -c %a "$token" 2> /dev/null)" 600 'where nobody else reads it'
# The session's own payload, with an end in the past, signed as the server does.
forge() {
	node -e 'const c = require("crypto"), f = require("fs");
	const [file, secret] = process.argv.slice(1);
	const text = f.readFileSync(file, "utf8");
	const b64 = (s) => Buffer.from(s).toString("base64url");
	const old = text.match(/"access_token": ?"([^"]+)"/)[1];
	const [head, body] = old.split(".");
	const claims = JSON.parse(Buffer.from(body, "base64url"));
	claims.iat -= 10000; claims.exp = claims.iat + 60;
	const signed = head + "." + b64(JSON.stringify(claims));
	f.writeFileSync(file, text.replace(old, signed + "." + c.createHmac(
		"sha256", secret).update(signed).digest("base64url")));
	console.log(signed.length)' "$token" "$BSKY_SECRET" > /dev/null
}
if [ -n "$token" ]; then
	forge
	before=$(sha256sum < "$token")
	status 0 'a session that has expired is renewed' sm-fetch sky
	is "$(grep -c '"key"' "$TMP/out")" 26 'and nothing is missing'
	report "$([ "$before" != "$(sha256sum < "$token")" ]; echo $?)" \
		'and kept'
fi
status 77 'a wrong password needs a person' sm-fetch wrong
is "$(grep -c something-else "$TMP/err")" 0 'and is not shown'
i=0
while [ $i -lt 35 ]; do
	i=$((i + 1))
	call '' com.atproto.server.createSession "{\"identifier\":\"$BSKY_BRAND_HANDLE\",\"password\":\"$BSKY_BRAND_PASSWORD\"}"
done > "$TMP/out"
[ -z "$token" ] || rm -f "$token"
status 75 'who logs in too often is left alone' sm-fetch sky
like "$(cat "$TMP/err")" 'sky' 'and told so'

done_testing
