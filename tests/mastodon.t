#!/bin/sh
# The mastodon connector: what servers answer, from tapes made up here.
. tests/lib.sh
. tests/lib-tape.sh
SM_NOW=2026-08-25T12:00:00Z
export SM_NOW
fix=tests/fixture/mastodon
api=https://social.example/api

umask 077
cat > "$TMP/config" <<'END'
[brand "acme"]
	own = care@social.example
[account "social"]
	type = mastodon
	url = https://social.example
	token = not-a-real-one
END
# source NAME LINE...: a [source] of the account
source_() {
	printf '[source "%s"]\n\ttype = mastodon\n\tbrand = acme\n' "$1"
	shift
	for line; do printf '\t%s\n' "$line"; done
} >> "$TMP/config"
source_ care 'account = social'
source_ old 'account = social' 'url = https://old.example'
source_ tag 'account = social' 'what = tag acme'
source_ many 'account = social' 'what = "tag #acme"' 'what = mentions'
source_ talk 'account = social' 'what = conversations'
source_ words 'account = social' 'what = search acme van'
source_ ola 'account = social' 'what = account @ola@pol.example'
source_ snac 'account = social' 'url = https://snac.example'
source_ wrong 'account = social' 'what = mention'
source_ lonely 'url = https://social.example' 'what = mentions'
SM_CONFIG=$TMP/config
export SM_CONFIG

kinds='types[]=mention&types[]=quote&types[]=update&types[]=quoted_update&include_filtered=true'
notes="$api/v1/notifications?$kinds"

# status ID TIME [MEMBERS]: a status as JSON
status_() {
	echo "{\"id\":\"$1\",\"created_at\":\"$2\",\"visibility\":\"public\",
	\"content\":\"<p>post $1</p>\",\"account\":{\"id\":\"9\",
	\"acct\":\"eva\",\"url\":\"https://social.example/@eva\"}${3:+,$3}}"
}

# note ID STATUS TIME [MEMBERS [TYPE]]: a notification
note_() {
	echo "{\"id\":\"$1\",\"type\":\"${5:-mention}\",\"created_at\":\"$3\",
	\"status\":$(status_ "$2" "$3" "${4-}")}"
}

# page ITEM...: a list as JSON
page() {
	echo '['
	first=1
	for item; do
		[ $first ] || echo ,
		first=
		echo "$item"
	done
	echo ']'
}

# notes FROM TO: that many notifications, the newest first
many() {
	i=$2
	list=
	while [ "$i" -ge "$1" ]; do
		list="$list${list:+,}$(note_ "$i" "9$i" \
			"2026-08-25T10:$((i % 60 / 10))$((i % 10)):00Z")"
		i=$((i - 1))
	done
	echo "[$list]"
}

# server: the answers that each sweep begins with
server() {
	answer $api/v2/instance $fix/instance.json
	answer $api/v1/accounts/verify_credentials $fix/me.json
}

play() {
	sm-fetch --replay "$tape" "$@"
}
# keep SOURCE...: with a state that is kept; complaints are in $TMP/err
keep() {
	sm-fetch --replay "$tape" --state "$TMP/state" "$@" 2> "$TMP/err" |
		sm-checkpoint "$TMP/state"
}
ids() {
	jq -r '.id // .type' | paste -sd' '
}

# -- what a status becomes ----------------------------------------------------
tape full
server
answer "$notes&limit=80" $fix/full.json
page | answer "$notes&limit=80&max_id=210455" -
answer $api/v1/statuses/115083301188453921/context $fix/context.json
is "$(play care 2> "$TMP/err" | jq -cS .)" "$(jq -cS . $fix/full.expect.ndjson)" \
	'a status becomes a record with all that the server tells'
is "$(cat "$TMP/err")" '' 'without a complaint'

tape kinds
server
page "$(note_ 9 109 2026-08-25T10:09:00Z '' quote)" \
	"$(note_ 8 108 2026-08-25T10:08:00Z '' favourite)" \
	"$(note_ 7 107 2026-08-25T10:07:00Z '' update)" \
	"$(note_ 6 106 2026-08-25T10:06:00Z '"in_reply_to_account_id":"7","in_reply_to_id":"50"')" \
	"$(note_ 5 105 2026-08-25T10:05:00Z '"visibility":"direct"')" \
	"$(note_ 4 104 2026-08-25T10:04:00Z '"visibility":"private"')" \
	"$(note_ 3 103 2026-08-25T10:03:00Z '"visibility":"brand-new"')" \
	'{"id":"2","type":"mention","created_at":"2026-08-25T10:00:00Z","status":null}' \
	'{"id":1,"type":"mention","created_at":"x","status":{"id":101}}' \
	17 null '[]' '{}' | answer "$notes&limit=80" -
page | answer "$notes&limit=80&max_id=1" -
page "$(note_ 3 103 2026-08-25T10:03:00Z)" |
	answer "$notes&limit=1&min_id=1" -
echo '{"ancestors":[],"descendants":[]}' > "$TMP/empty"
answer $api/v1/statuses/106/context "$TMP/empty"
play care > "$TMP/out" 2> "$TMP/err"
is "$(jq -r '[.id, .direction, .visibility] | join(" ")' "$TMP/out" | paste -sd'|')" \
	'101 in public|103 in direct|104 in followers|105 in direct|106 in public|109 about public' \
	'odd items harm nobody; what is not known is private'
is "$(jq -r 'select(.id == "106") | .context + " " + .inReplyTo' "$TMP/out")" \
	'50 50' 'a thread whose beginning is hidden is that of the parent'

tape us
server
page "$(note_ 2 102 2026-08-25T10:02:00Z)" | sed 's/"acct":"eva"/"acct":"care"/' > "$TMP/page"
answer "$notes&limit=80" "$TMP/page"
page | answer "$notes&limit=80&max_id=2" -
is "$(play care 2> /dev/null | jq -r .direction)" out 'what we said is ours'

# -- reading on ---------------------------------------------------------------
rm -f "$TMP/state"
tape first
server
many 101 180 | answer "$notes&limit=80" -
many 21 100 | answer "$notes&limit=80&max_id=101" -
page | answer "$notes&limit=80&max_id=21" -
page "$(note_ 22 922 2026-08-25T10:22:00Z)" |
	answer "$notes&limit=1&min_id=21" -
keep care > "$TMP/out"
is "$(jq -r .id "$TMP/out" | sort -u | wc -l | tr -d ' ')" 160 \
	'without Link headers lists are paged by max_id'
is "$(jq -r .id "$TMP/out" | tr '\n' ' ')" \
	"$(seq -f '9%.0f' -s ' ' 21 180) " 'and come out the oldest first'
is "$(jq -c '.care.lists.mentions' "$TMP/state")" '{"mark":"180","min_id":1}' \
	'a server that heeds min_id is known as one'

tape second
many 181 260 | answer "$notes&limit=80&min_id=180" -
many 261 263 | answer "$notes&limit=80&min_id=260" -
page | answer "$notes&limit=80&min_id=263" -
is "$(keep care | jq -r .id | tr '\n' ' ')" \
	"$(seq -f '9%.0f' -s ' ' 181 263) " 'pages that lie above the mark are read upwards'

tape tenth
page "$(note_ 1000 91000 2026-08-25T10:30:00Z)" \
	"$(note_ 999 9999 2026-08-25T10:30:00Z)" |
	answer "$notes&limit=80&min_id=263" -
page | answer "$notes&limit=80&min_id=1000" -
is "$(keep care | ids)" '9999 91000' 'ids are compared by length, then bytes'

tape oldest
many 1 3 | answer "$notes&limit=80&min_id=1000" -
page "$(note_ 1001 91001 2026-08-25T10:31:00Z)" \
	"$(note_ 1000 91000 2026-08-25T10:30:00Z)" |
	answer "$notes&limit=80" -
is "$(keep care | ids)" 91001 \
	'a server that gives its oldest page for min_id is read from the top'
is "$(jq -c '.care.lists.mentions.min_id' "$TMP/state")" -1 \
	'and not asked like that again'

tape short
page "$(note_ 1003 91003 2026-08-25T10:33:00Z)" \
	"$(note_ 1002 91002 2026-08-25T10:32:00Z)" \
	"$(note_ 1001 91001 2026-08-25T10:31:00Z)" |
	answer "$notes&limit=80" -
is "$(keep care | ids)" '91002 91003' 'it is read down to the mark'

rm -f "$TMP/state"
tape link
server
many 41 42 | answer "$notes&limit=80" - 200 \
	"Link: <$notes&limit=80&max_id=41&x=1,2>; title=\"a, b; c\"; rel=\"next\", <$notes&min_id=42>; rel=\"prev\""
many 39 40 | answer "$notes&limit=80&max_id=41&x=1,2" - 200 \
	'Link: <https://evil.example/api/v1/notifications?max_id=39>; rel=next'
page | answer "$notes&limit=80&max_id=39" -
page "$(note_ 40 940 2026-08-25T10:22:00Z)" |
	answer "$notes&limit=1&min_id=39" -
is "$(keep care | ids)" '939 940 941 942' \
	'a Link header is followed, but not to another server'

tape repeat
server
many 1 80 > "$TMP/page"
answer "$notes&limit=80" "$TMP/page"
answer "$notes&limit=80&max_id=1" "$TMP/page"
page "$(note_ 2 92 2026-08-25T10:22:00Z)" |
	answer "$notes&limit=1&min_id=1" -
status 75 'a page that repeats ends the list' play care
is "$(grep -c '"key"' "$TMP/out")" 80 'its posts come, once'
like "$(cat "$TMP/err")" 'same page again' 'and what may be missing is said'

tape window
server
page "$(note_ 5 95 2026-08-25T10:22:00Z)" \
	"$(note_ 4 94 2026-08-17T10:22:00Z)" |
	answer "$notes&limit=80" -
page "$(note_ 5 95 2026-08-25T10:22:00Z)" |
	answer "$notes&limit=1&min_id=4" -
is "$(play care 2> "$TMP/err" | ids)" 95 'the first sweep ends with its window'

rm -f "$TMP/state"
tape limit
server
many 1 3 > "$TMP/page"
answer "$notes&limit=80" "$TMP/page"
page > "$TMP/none"
answer "$notes&limit=80&max_id=1" "$TMP/none"
note_ 2 92 2026-08-25T10:02:00Z > "$TMP/two"
page "$(cat "$TMP/two")" | answer "$notes&limit=1&min_id=1" -
is "$(keep care --limit 2 | ids)" '91 92' 'a limit ends the sweep'
is "$(keep care | ids)" 93 'and the next one goes on there'

# -- kinds of servers ---------------------------------------------------------
tape old
old=https://old.example/api
echo '<html>no</html>' > "$TMP/html"
answer $old/v2/instance "$TMP/html" 404
echo '{"uri":"https://elder.example","max_toot_chars":5000}' |
	answer $old/v1/instance -
answer $old/v1/accounts/verify_credentials $fix/me.json
echo '{"error":"Invalid value for enum"}' |
	answer "$old/v1/notifications?$kinds&limit=80" - 422
page "$(note_ 5 95 2026-08-25T10:22:00Z)" |
	answer "$old/v1/notifications?types[]=mention&limit=80" -
page | answer "$old/v1/notifications?types[]=mention&limit=80&max_id=5" -
play old > "$TMP/out" 2> "$TMP/err"
is "$(jq -c '[.attributedTo.preferredUsername, .ref.max]' "$TMP/out")" \
	'["eva@elder.example",5000]' \
	'a server that knows fewer kinds, and its accounts by another name, is understood'

tape snac
snac=https://snac.example/api
answer $snac/v2/instance "$TMP/html" 404
answer $snac/v1/instance $fix/snac-instance.json
answer $snac/v1/accounts/verify_credentials $fix/me.json
page "$(note_ 30 3f 2026-08-25T10:30:00Z '"visibility":"private"')" \
	"$(note_ 20 2f 2026-08-25T10:20:00Z)" \
	"$(note_ 10 1f 2026-08-25T10:10:00Z)" |
	answer "$snac/v1/notifications?$kinds&limit=80" -
page | answer "$snac/v1/notifications?$kinds&limit=80&max_id=10" -
page "$(note_ 30 3f 2026-08-25T10:30:00Z)" |
	answer "$snac/v1/notifications?$kinds&limit=1&min_id=10" -
rm -f "$TMP/state"
keep snac > "$TMP/out"
is "$(jq -r '.id + " " + .visibility' "$TMP/out" | paste -sd'|')" \
	'1f public|2f public|3f direct' 'what snac calls private is direct'
is "$(jq -c '.snac.lists.mentions.min_id' "$TMP/state")" -1 \
	'the newest page for min_id is seen through'

# -- other lists --------------------------------------------------------------
rm -f "$TMP/state"
tag=$api/v1/timelines/tag/acme
tape tag
server
page "$(status_ 33 2026-08-25T11:50:00Z '"in_reply_to_id":"31"')" \
	"$(status_ 32 2026-08-25T10:20:00Z '"reblog":{"id":"1"}')" \
	"$(status_ 31 2026-08-25T10:10:00Z)" |
	answer "$tag?limit=40" -
page | answer "$tag?limit=40&max_id=31" -
page "$(status_ 32 2026-08-25T10:20:00Z)" | answer "$tag?limit=1&min_id=31" -
keep tag > "$TMP/out"
is "$(jq -r '[.id, .direction, .context] | join(" ")' "$TMP/out" | paste -sd'|')" \
	'31 about 31|33 peer 31' 'a hashtag is read, boosts are passed over'
is "$(jq -r '.tag.lists["tag acme"].mark' "$TMP/state")" 32 \
	'its mark stays an hour behind'
tape late
page "$(status_ 35 2026-08-25T11:55:00Z)" \
	"$(status_ 34 2026-08-25T11:45:00Z '"in_reply_to_id":"31"')" \
	"$(status_ 33 2026-08-25T11:50:00Z '"in_reply_to_id":"31"')" |
	answer "$tag?limit=40&min_id=32" -
page | answer "$tag?limit=40&min_id=35" -
is "$(keep tag | ids)" '34 35' 'so that what arrives late is found, and once'

tape many
server
page "$(status_ 95 2026-08-25T10:22:00Z)" | answer "$tag?limit=40" -
page | answer "$tag?limit=40&max_id=95" -
page "$(note_ 5 95 2026-08-25T10:22:00Z)" "$(note_ 4 94 2026-08-25T10:21:00Z)" |
	answer "$notes&limit=80" -
page | answer "$notes&limit=80&max_id=4" -
is "$(play many 2> "$TMP/err" | ids)" '95 94' \
	'what comes by two lists comes once'

tape talk
server
echo "[{\"id\":\"c1\",\"unread\":true,\"last_status\":$(status_ 52 \
	2026-08-25T11:00:00Z '"visibility":"direct","in_reply_to_id":"51"')},
	{\"id\":\"c2\",\"last_status\":null}]" |
	answer "$api/v1/conversations?limit=40" -
echo "{\"ancestors\":[$(status_ 50 2026-08-25T10:50:00Z \
	'"visibility":"direct"'),$(status_ 51 2026-08-25T10:55:00Z \
	'"visibility":"direct","in_reply_to_id":"50"')],\"descendants\":[]}" |
	answer $api/v1/statuses/52/context -
is "$(play talk 2> "$TMP/err" | jq -r '[.id, .visibility, .context] |
	join(" ")' | paste -sd'|')" '50 direct 50|51 direct 50|52 direct 50' \
	'of a conversation the earlier posts come as well'

tape words
server
search="$api/v2/search?type=statuses&q=acme%20van&limit=40"
echo "{\"statuses\":$(page "$(status_ 62 2026-08-25T11:00:00Z)" \
	"$(status_ 61 2026-08-25T10:00:00Z)"),\"accounts\":[]}" |
	answer "$search" -
echo '{"statuses":[]}' | answer "$search&offset=2" -
is "$(play words 2> "$TMP/err" | ids)" '61 62' 'a search is read'

tape ola
server
echo '{"id":"77","acct":"ola@pol.example"}' |
	answer "$api/v1/accounts/lookup?acct=ola%40pol.example" -
page "$(status_ 71 2026-08-25T11:00:00Z)" |
	answer "$api/v1/accounts/77/statuses?exclude_reblogs=true&limit=40" -
page | answer "$api/v1/accounts/77/statuses?exclude_reblogs=true&limit=40&max_id=71" -
is "$(play ola 2> "$TMP/err" | ids)" 71 'an account is looked up and read'
tape nobody
server
echo '{"error":"Record not found"}' |
	answer "$api/v1/accounts/lookup?acct=ola%40pol.example" - 404
status 69 'an account that is not there is said to be' play ola
like "$(cat "$TMP/err")" 'account ola@pol.example: social.example does not know' \
	'by name'

tape byhand
answer $api/v2/instance $fix/instance.json
page "$(status_ 31 2026-08-25T10:10:00Z)" | answer "$tag?limit=40" -
page | answer "$tag?limit=40&max_id=31" -
is "$(play mastodon https://social.example/tags/acme 2> "$TMP/err" | ids)" 31 \
	'the address of a hashtag will do'

# -- edits and deletions ------------------------------------------------------
rm -f "$TMP/state"
tape born
server
page "$(note_ 3 13 2026-08-25T11:50:00Z)" \
	"$(note_ 2 12 2026-08-25T11:40:00Z)" \
	"$(note_ 1 11 2026-08-25T11:30:00Z)" | answer "$notes&limit=80" -
page | answer "$notes&limit=80&max_id=1" -
page "$(note_ 2 12 2026-08-25T11:40:00Z)" | answer "$notes&limit=1&min_id=1" -
keep care > /dev/null
tape again
page | answer "$notes&limit=80&min_id=3" -
page "$(status_ 13 2026-08-25T11:50:00Z '"edited_at":"2026-08-25T12:30:00Z"')" \
	"$(status_ 12 2026-08-25T11:40:00Z)" |
	answer "$api/v1/statuses?id[]=11&id[]=12&id[]=13" -
echo '{"error":"Record not found"}' | answer $api/v1/statuses/11 - 404
is "$(keep care | wc -l | tr -d ' ')" 0 'what was just read is not asked for again'
SM_NOW=2026-08-25T13:30:00Z
keep care > "$TMP/out"
is "$(jq -r 'select(.id == "13") | [.direction, .rev, .flags[0]] | join(" ")' "$TMP/out")" \
	'in 2026-08-25T12:30:00Z edited' 'an hour later an edit is noticed'
is "$(jq -c 'select(.type == "Tombstone") | [.key, .formerType, .deleted, .content]' "$TMP/out")" \
	'["mastodon:social.example:11","Note","2026-08-25T13:30:00Z",null]' \
	'and a deletion'
is "$(wc -l < "$TMP/out" | tr -d ' ')" 2 'and nothing else'
SM_NOW=2026-08-25T15:00:00Z
tape single
page | answer "$notes&limit=80&min_id=3" -
answer "$api/v1/statuses?id[]=12&id[]=13" "$TMP/html" 404
status_ 13 2026-08-25T11:50:00Z '"edited_at":"2026-08-25T12:30:00Z"' |
	answer $api/v1/statuses/13 -
answer $api/v1/statuses/12 "$TMP/html" 404
is "$(keep care | jq -r '.type + " " + .id')" 'Tombstone 12' \
	'a server that does not give many posts at once is asked for each'
SM_NOW=2026-08-25T12:00:00Z

# -- what goes wrong ----------------------------------------------------------
tape login
answer $api/v2/instance $fix/instance.json
echo '{"error":"The access token is invalid"}' |
	answer $api/v1/accounts/verify_credentials - 401
status 77 'a token that is not valid needs a person' play care
like "$(cat "$TMP/err")" 'access token is invalid' 'and the server is quoted'
tape gateway
answer $api/v2/instance $fix/instance.json
answer $api/v1/accounts/verify_credentials $fix/me.json
answer "$notes&limit=80" "$TMP/html" 200 'Content-Type: text/html'
status 75 'a page of a gateway is no answer' play care
tape wrong
server
echo '{"error":"nonsense"}' | answer "$notes&limit=80" -
status 65 'an answer that is no list is said to be' play care
tape cut
server
many 1 9 | head -c 700 | answer "$notes&limit=80" -
status 65 'an answer that is cut is no answer' play care
is "$(wc -c < "$TMP/out" | tr -d ' ')" 0 'and nothing of it comes out'
tape forbidden
server
echo '{"error":"outside the authorized scopes"}' |
	answer "$tag?limit=40" - 403
page "$(note_ 5 95 2026-08-25T10:22:00Z)" | answer "$notes&limit=80" -
page | answer "$notes&limit=80&max_id=5" -
status 77 'a list that is forbidden is said to be' play many
is "$(ids < "$TMP/out")" 95 'and the others are read'
like "$(cat "$TMP/err")" 'tag acme' 'and it is named'
status 78 'an unknown thing to listen to is refused' sm-fetch wrong
like "$(cat "$TMP/err")" 'expected one of mentions, notifications' \
	'and those that are known are named'
status 78 'mentions need an account' sm-fetch lonely
like "$(cat "$TMP/err")" 'needs account' 'and that is said'

like "$(sm-fetch --explain care)" \
	'reads      mentions: /api/v1/notifications' \
	'--explain says what is read'

done_testing
