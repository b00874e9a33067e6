#!/bin/sh
# The bluesky connector: what the network answers, from tapes made up here.
. tests/lib.sh
. tests/lib-tape.sh
SM_NOW=2026-08-25T12:00:00Z
export SM_NOW
fix=tests/fixture/bluesky
ola=did:plc:aaaaaaaaaaaaaaaaaaaaaaaa
us=did:plc:bbbbbbbbbbbbbbbbbbbbbbbb
pds=https://pds.example/xrpc

umask 077
cat > "$TMP/config" <<'END'
[brand "acme"]
	own = brand.example.com
[account "brand"]
	type = bluesky
	url = https://pds.example
	user = brand.example.com
	password = not-a-real-one
END
# source NAME LINE...
source_() {
	printf '[source "%s"]\n\ttype = bluesky\n\tbrand = acme\n' "$1"
	shift
	for line; do printf '\t%s\n' "$line"; done
} >> "$TMP/config"
source_ sky 'account = brand'
source_ tag 'account = brand' 'what = "tag #acme"'
source_ words 'account = brand' 'what = search acme "late van"'
source_ ola 'account = brand' 'what = account @ola.example.com'
source_ open 'url = https://public.example' 'what = search acme'
source_ thread 'account = brand' \
	"what = thread https://bsky.app/profile/$ola/post/2"
SM_CONFIG=$TMP/config
export SM_CONFIG

notes="$pds/app.bsky.notification.listNotifications?reasons=mention&reasons=reply&reasons=quote&limit=100"

# uri KEY; uris KEY...: as they stand in a URL
uri() {
	echo "at%3A%2F%2F$(echo "$ola" | sed 's/:/%3A/g')%2Fapp.bsky.feed.post%2F$1"
}
uris() {
	first='?'
	for key; do
		printf '%suris=%s' "$first" "$(uri "$key")"
		first='&'
	done
}

# post KEY TIME [TEXT [CID [MEMBERS]]]: a post as JSON
post_() {
	echo "{\"uri\":\"at://$ola/app.bsky.feed.post/$1\",
	\"cid\":\"${4:-c$1}\",\"author\":{\"did\":\"$ola\",
	\"handle\":\"ola.example.com\"},\"indexedAt\":\"$2\",
	\"record\":{\"\$type\":\"app.bsky.feed.post\",\"createdAt\":\"$2\",
	\"text\":\"${3:-post $1}\"}${5:+,$5}}"
}
# list NAME CURSOR ITEM...: an answer
list() {
	echo "{\"$1\":["
	cursor=$2
	shift 2
	first=1
	for item; do
		[ $first ] || echo ,
		first=
		echo "$item"
	done
	echo "]${cursor:+,\"cursor\":\"$cursor\"}}"
}
# note KEY TIME [REASON]
note_() {
	post_ "$1" "$2" '' '' "\"reason\":\"${3:-mention}\""
}
session() {
	echo "{\"did\":\"$us\",\"handle\":\"brand.example.com\"}" |
		answer $pds/com.atproto.server.getSession -
}
profiles="$pds/app.bsky.actor.getProfiles?actors=$(echo "$ola" | sed 's/:/%3A/g')"
# full KEY TIME ...: the answers by which these posts are filled in
full() {
	list_=
	keys_=
	while [ $# -gt 0 ]; do
		list_="$list_${list_:+,}$(post_ "$1" "$2")"
		keys_="$keys_ $1"
		shift 2
	done
	# shellcheck disable=SC2086 # a list
	echo "{\"posts\":[$list_]}" |
		answer "$pds/app.bsky.feed.getPosts$(uris $keys_)" -
	answer "$profiles" $fix/profiles.json
}

play() {
	sm-fetch --replay "$tape" "$@"
}
keep() {
	sm-fetch --replay "$tape" --state "$TMP/state" "$@" 2> "$TMP/err" |
		sm-checkpoint "$TMP/state"
}
keys() {
	jq -r '.id | split("/")[-1]' | paste -sd' '
}

# -- what a post becomes ------------------------------------------------------
tape full
session
answer "$notes" $fix/notifications.json
answer "$pds/app.bsky.feed.getPosts$(uris 3n2tzsejops2u)" $fix/posts.json
answer "$profiles" $fix/profiles.json
is "$(play sky 2> "$TMP/err" | jq -cS .)" "$(jq -cS . $fix/full.expect.ndjson)" \
	'a post becomes a record with all that the network tells; hostile facets are passed over'
is "$(cat "$TMP/err")" '' 'without a complaint'

tape kinds
session
list notifications '' "$(note_ 1 2026-08-25T10:01:00Z mention)" \
	"$(note_ 2 2026-08-25T10:02:00Z quote)" \
	"$(note_ 3 2026-08-25T10:03:00Z reply)" \
	"$(note_ 4 2026-08-25T10:04:00Z mention)" null 7 '{}' \
	"$(note_ 5 2026-08-25T10:05:00Z repost)" | answer "$notes" -
list posts '' "$(post_ 1 2026-08-25T10:01:00Z '' '' '"viewer":{"replyDisabled":true}')" \
	"$(post_ 2 2026-08-25T10:02:00Z '' '' '"embed":{"$type":"app.bsky.embed.record#view","record":{"$type":"app.bsky.embed.record#viewNotFound","uri":"at://did:plc:x/app.bsky.feed.post/9","notFound":true}}')" \
	"$(post_ 3 2026-08-25T10:03:00Z '' '' '"embed":{"$type":"app.bsky.embed.external#view","external":{"uri":"https://news.example/1","title":"News"}}')" \
	"$(post_ 4 2026-08-25T10:04:00Z '' '' '"labels":[{"val":"!hide"}]')" |
	answer "$pds/app.bsky.feed.getPosts$(uris 4 3 2 1)" -
answer "$profiles" $fix/profiles.json
play sky > "$TMP/out" 2> "$TMP/err"
is "$(keys < "$TMP/out")" '3 2 1' 'what the network hides does not come'
is "$(jq -r '.direction' "$TMP/out" | paste -sd' ')" 'peer about in' \
	'mentions are to us, quotes about us, answers to others not to us'
is "$(jq -r '.attachment[0].url // "-"' "$TMP/out" | paste -sd' ')" \
	'https://news.example/1 https://bsky.app/profile/did:plc:x/post/9 -' \
	'links and quoted posts that are gone are named'
is "$(jq -c 'select(.ref.closed) | .ref.modes' "$TMP/out")" '[]' \
	'where no answers are allowed, none is offered'

tape fewer
session
list notifications '' "$(note_ 2 2026-08-25T10:02:00Z)" \
	"$(note_ 1 2026-08-25T10:01:00Z)" | answer "$notes" -
list posts '' "$(post_ 2 2026-08-25T10:02:00Z)" |
	answer "$pds/app.bsky.feed.getPosts$(uris 1 2)" -
echo '{"error":"InvalidRequest"}' | answer "$profiles" - 400
is "$(play sky 2> "$TMP/err" | jq -c '[.id[-1:], .attributedTo.followers]')" \
	'["2",null]' \
	'a post that was deleted meanwhile does not come; counts that nobody gives are left out'

tape nobody
session
list notifications '' "$(note_ 1 2026-08-25T10:01:00Z)" | answer "$notes" -
list posts '' "$(post_ 1 2026-08-25T10:01:00Z | sed 's/ola.example.com/handle.invalid/')" |
	answer "$pds/app.bsky.feed.getPosts$(uris 1)" -
answer "$profiles" $fix/profiles.json
is "$(play sky 2> /dev/null | jq -r '.attributedTo.preferredUsername, .url' |
	paste -sd' ')" "$ola https://bsky.app/profile/$ola/post/1" \
	'who lost a handle has the id'

tape dates
session
list notifications '' \
	"$(note_ 1 2026-08-25T10:01:00Z | sed 's/"createdAt":"[^"]*"/"createdAt":"2031-01-01T00:00:00Z"/')" |
	answer "$notes" -
list posts '' "$(post_ 1 2026-08-25T10:01:00Z | sed 's/"createdAt":"[^"]*"/"createdAt":"2031-01-01T00:00:00Z"/')" |
	answer "$pds/app.bsky.feed.getPosts$(uris 1)" -
answer "$profiles" $fix/profiles.json
is "$(play sky 2> /dev/null | jq -r '[.published, .start, .flags[0]] | join(" ")')" \
	'2026-08-25T10:01:00Z 2026-08-25T10:01:00Z clock-skew' \
	'of two times the earlier counts, and a forged one is flagged'

# -- reading on ---------------------------------------------------------------
rm -f "$TMP/state"
tape first
session
list notifications p2 "$(note_ 4 2026-08-25T10:04:00Z)" | answer "$notes" -
list notifications p3 | answer "$notes&cursor=p2" -
list notifications p4 "$(note_ 3 2026-08-25T10:03:00Z)" \
	"$(note_ 1 2026-08-01T10:00:00Z)" | answer "$notes&cursor=p3" -
full 3 2026-08-25T10:03:00Z 4 2026-08-25T10:04:00Z
is "$(keep sky | keys)" '3 4' \
	'pages are read to the window, empty ones as well, the oldest comes first'
tape second
list notifications p2 "$(note_ 6 2026-08-25T10:06:00Z)" \
	"$(note_ 4 2026-08-25T10:04:00Z)" "$(note_ 3 2026-08-25T10:03:00Z)" \
	"$(note_ 5 2026-08-22T10:00:00Z)" "$(note_ 1 2026-08-01T10:00:00Z)" |
	answer "$notes" -
full 5 2026-08-22T10:00:00Z 6 2026-08-25T10:06:00Z
keep sky > "$TMP/out"
is "$(keys < "$TMP/out")" '5 6' \
	'later sweeps give what is new, whatever its date says'
is "$(wc -c < "$TMP/err" | tr -d ' ')" 0 'and the past stays where it is'
tape third
list notifications p2 "$(note_ 6 2026-08-25T10:06:00Z)" \
	"$(note_ 1 2026-08-01T10:00:00Z)" | answer "$notes" -
is "$(keep sky | wc -l | tr -d ' ')" 0 'nothing new is nothing'

tape circle
session
list notifications p2 "$(note_ 4 2026-08-25T10:04:00Z)" | answer "$notes" -
list notifications p2 "$(note_ 4 2026-08-25T10:04:00Z)" |
	answer "$notes&cursor=p2" -
list posts '' "$(post_ 4 2026-08-25T10:04:00Z)" "$(post_ 4 2026-08-25T10:04:00Z)" |
	answer "$pds/app.bsky.feed.getPosts$(uris 4 4)" -
answer "$profiles" $fix/profiles.json
status 75 'a cursor that repeats ends the list' play sky
is "$(grep -c '"key"' "$TMP/out")" 1 'what was there comes, once'
like "$(cat "$TMP/err")" 'same page again' 'and what may be missing is said'

tape long
session
i=0
list notifications c1 "$(note_ n0 2026-08-25T10:04:00Z)" > "$TMP/page"
answer "$notes" "$TMP/page"
while [ $i -lt 20 ]; do
	i=$((i + 1))
	list notifications "c$((i + 1))" "$(note_ n$i 2026-08-25T10:04:00Z)" |
		answer "$notes&cursor=c$i" -
done
list posts '' "$(post_ n0 2026-08-25T10:04:00Z)" > "$TMP/page"
answer "$pds/app.bsky.feed.getPosts$(uris n19 n18 n17 n16 n15 n14 n13 n12 n11 n10 n9 n8 n7 n6 n5 n4 n3 n2 n1 n0)" \
	"$TMP/page"
answer "$profiles" $fix/profiles.json
status 75 'so does one page too many' play sky
like "$(cat "$TMP/err")" 'more was said' 'which is said as well'

# -- other lists --------------------------------------------------------------
since='sort=latest&since=2026-08-18T12%3A00%3A00Z&limit=100'
tape tag
session
list posts '' "$(post_ 2 2026-08-25T10:02:00Z)" "$(post_ 1 2026-08-25T10:01:00Z)" |
	answer "$pds/app.bsky.feed.searchPosts?q=%23acme&tag=acme&$since" -
answer "$profiles" $fix/profiles.json
is "$(play tag 2> "$TMP/err" | keys)" '1 2' 'a hashtag is searched for'
tape words
session
list posts '' "$(post_ 1 2026-08-25T10:01:00Z)" |
	answer "$pds/app.bsky.feed.searchPosts?q=acme%20late%20van&$since" -
answer "$profiles" $fix/profiles.json
is "$(play words 2> "$TMP/err" | keys)" 1 'and so are words'
tape ola
session
list feed '' "{\"post\":$(post_ 3 2026-08-25T10:03:00Z),\"reason\":{\"\$type\":\"app.bsky.feed.defs#reasonRepost\"}}" \
	"{\"post\":$(post_ 2 2026-08-25T10:02:00Z)}" |
	answer "$pds/app.bsky.feed.getAuthorFeed?actor=ola.example.com&filter=posts_with_replies&limit=100" -
answer "$profiles" $fix/profiles.json
is "$(play ola 2> "$TMP/err" | keys)" 2 'an account is read, what it repeats is not'

rm -f "$TMP/state"
tape thread
session
there="$pds/app.bsky.feed.getPostThread?uri=$(uri 2)&depth=100&parentHeight=80"
answer "$there" $fix/thread.json
answer "$profiles" $fix/profiles.json
keep thread > "$TMP/out"
is "$(keys < "$TMP/out")" '1 2 3 5 6' \
	'a thread is read: parents, answers, answers to them'
is "$(jq -r '.context | split("/")[-1]' "$TMP/out" | sort -u)" 1 \
	'all of it has one context'
tape thread2
jq '.thread.replies[3] = {"$type": "app.bsky.feed.defs#notFoundPost",
	uri: .thread.replies[3].post.uri, notFound: true}' $fix/thread.json |
	answer "$there" -
is "$(keep thread | jq -r '.type + " " + .id[-1:]')" 'Tombstone 3' \
	'what was deleted from it is noticed'
tape thread3
echo '{"error":"NotFound","message":"Post not found"}' |
	answer "$there" - 400
is "$(keep thread | jq -r '.type + " " + .id[-1:]')" 'Tombstone 2' \
	'and so is the post that it hangs on'

# -- edits and deletions ------------------------------------------------------
rm -f "$TMP/state"
tape born
session
list notifications '' "$(note_ 3 2026-08-25T11:03:00Z)" \
	"$(note_ 2 2026-08-25T11:02:00Z)" "$(note_ 1 2026-08-25T11:01:00Z)" |
	answer "$notes" -
full 1 2026-08-25T11:01:00Z 2 2026-08-25T11:02:00Z 3 2026-08-25T11:03:00Z
keep sky > /dev/null
SM_NOW=2026-08-25T13:30:00Z
tape again
list notifications '' "$(note_ 3 2026-08-25T11:03:00Z)" | answer "$notes" -
list posts '' "$(post_ 3 2026-08-25T11:03:00Z 'post 3' other)" \
	"$(post_ 2 2026-08-25T11:02:00Z '' '' '"labels":[{"val":"!takedown"}]')" |
	answer "$pds/app.bsky.feed.getPosts$(uris 1 2 3)" -
answer "$profiles" $fix/profiles.json
keep sky > "$TMP/out"
is "$(jq -r '[.id[-1:], .type, .rev, .direction] | join(" ")' "$TMP/out" | sort | paste -sd'|')" \
	'1 Tombstone deleted about|2 Tombstone deleted about|3 Note other in' \
	'an hour later deletions and other revisions are noticed'
SM_NOW=2026-08-25T12:00:00Z

# -- what goes wrong ----------------------------------------------------------
tape open
echo '<html>403 Forbidden</html>' |
	answer "https://public.example/xrpc/app.bsky.feed.searchPosts?q=acme&$since" \
	- 403 'Content-Type: text/html'
status 75 'a search that a gateway blocks is said to be' play open
like "$(cat "$TMP/err")" 'search acme' 'by name'
tape expired
echo '{"error":"InvalidToken","message":"Token could not be verified"}' |
	answer $pds/com.atproto.server.getSession - 401
status 77 'a session that is not valid needs a person' play sky
tape upstream
session
echo '{"error":"UpstreamFailure","message":"pipethrough network error"}' |
	answer "$notes" - 502
status 75 'a network that is down may come back' play sky
tape odd
session
echo '{"notifications":{}}' | answer "$notes" -
status 65 'an answer without a list is said to be' play sky
status 78 'nothing to listen to is said to be' \
	sm-fetch --replay "$tape" bluesky https://bsky.social

like "$(sm-fetch --explain tag)" \
	'reads      tag acme: /xrpc/app.bsky.feed.searchPosts' \
	'--explain says what is read'

done_testing
