#!/bin/sh
# The mastodon connector against a real server on loopback (snac2).
. tests/lib.sh
unset SM_NOW
. tests/lib-live.sh
start_server snac

umask 077
cat > "$TMP/config" <<END
[brand "acme"]
	own = $SNAC_BRAND_ACCT
[account "brand"]
	type = mastodon
	url = $SNAC_URL
	token = $SNAC_BRAND_TOKEN
	allow_private = yes
[account "stranger"]
	type = mastodon
	url = $SNAC_URL
	token = 00000000000000000000000000000000
	allow_private = yes
END
# source NAME LINE...
source_() {
	printf '[source "%s"]\n\ttype = mastodon\n\tbrand = acme\n' "$1"
	shift
	for line; do printf '\t%s\n' "$line"; done
} >> "$TMP/config"
source_ care 'account = brand' 'every = 1s'
source_ tag 'account = brand' 'what = "tag #acme"'
source_ ola 'account = brand' "what = account $SNAC_OLA_ACCT"
source_ us 'account = brand' "what = account $SNAC_BRAND_ACCT"
source_ words 'account = brand' 'what = search zaginiony'
source_ all 'account = brand' 'what = mentions' 'what = tag acme' \
	'what = conversations' "what = account $SNAC_OLA_ACCT"
source_ wrong 'account = stranger'
SM_CONFIG=$TMP/config
export SM_CONFIG

# snac's ids begin with the time of the last change; ours with zeros.
stable() {
	sed -E 's/[0-9]{10}([0-9a-f]{32})/0000000000\1/g'
}
# say TOKEN TEXT [PARAMETER...]: posts it, prints its id
say() {
	say_token=$1
	say_text=$2
	shift 2
	curl -s -X POST -H "Authorization: Bearer $say_token" \
		"$SNAC_URL/api/v1/statuses" --data-urlencode "status=$say_text" \
		"$@" | jq -r .id | stable
}
# get PATH: as the brand
get() {
	curl -s -g -H "Authorization: Bearer $SNAC_BRAND_TOKEN" "$SNAC_URL/api$1"
}
# are N: so many notifications have arrived (it lists 64 at most)
are() {
	[ "$(get '/v1/notifications?limit=200' | jq length)" -ge "$1" ]
}
# here ID...: we have been told of these posts
here() {
	get '/v1/notifications?limit=200' | stable > "$TMP/here"
	for here_id; do
		grep -q "$here_id" "$TMP/here" || return 1
	done
}
keep() {
	sm-fetch --state "$TMP/state" "$@" 2> "$TMP/err" |
		sm-checkpoint "$TMP/state"
}

# -- 64 mentions --------------------------------------------------------------
at=@$SNAC_BRAND_ACCT
i=0
while [ $i -lt 32 ]; do
	i=$((i + 1))
	say "$SNAC_OLA_TOKEN" "$at paczka $i nie dotarła <b>&</b> cisza" > /dev/null
	say "$SNAC_JAN_TOKEN" "$at where is $i https://track.example/p?a=$i&b=2" \
		-d visibility=public > /dev/null
done
ok 'the server has them' until_ok 150 are 64
keep care > "$TMP/posts"
is "$(jq -r .key "$TMP/posts" | sort -u | wc -l | tr -d ' ')" 64 \
	'64 mentions arrive as 64'
is "$(wc -l < "$TMP/posts" | tr -d ' ')" 64 'each once'
is "$(cat "$TMP/err")" '' 'without a complaint'
get '/v1/notifications?limit=200' | stable > "$TMP/notes"
is "$(jq -r .id "$TMP/posts" | sha256sum)" \
	"$(jq -r 'reverse[] | .status.id' "$TMP/notes" | sha256sum)" \
	'in the order in which the server had them'
is "$(jq -c '[.id, .url, .attributedTo.preferredUsername, .attributedTo.id,
	.attributedTo.name, .published, .indexed, .language, .visibility,
	.direction, .account, .brand, .ref.acct]' "$TMP/posts" | sort |
	sha256sum)" \
	"$(jq -c '.[] | [.status.id, .status.url, .status.account.acct,
	.status.account.uri, .status.account.display_name,
	(.status.created_at | sub("[.]000"; "")), .created_at,
	.status.language, .status.visibility, "in", "brand", "acme",
	.account.acct]' "$TMP/notes" | sort | sha256sum)" \
	'with the fields that the server gives'
is "$(jq -r .content "$TMP/posts" | sort | sed -n '1p;33p;64p' |
	sed "s/$SNAC_HOST/HOST/" | paste -sd'|')" \
	"$(for i in 1 32; do echo "@brand@HOST paczka $i nie dotarła & cisza"; done > "$TMP/x"
	{ i=0; while [ $i -lt 32 ]; do i=$((i + 1))
	echo "@brand@HOST paczka $i nie dotarła & cisza"
	echo "@brand@HOST where is $i https://track.example/p?a=$i&b=2"; done; } |
	sort | sed -n '1p;33p;64p' | paste -sd'|')" \
	'and say what was written'
is "$(keep care | wc -l | tr -d ' ')" 0 'the next sweep has nothing'
is "$(jq -c .care.lists.mentions.min_id "$TMP/state")" -1 \
	'that the server takes min_id for since_id is found out'

# -- what was said since ------------------------------------------------------
direct=$(say "$SNAC_JAN_TOKEN" "$at just between us" -d visibility=direct)
first=$(jq -r 'select(.content | contains("paczka 1 ")) | .id' "$TMP/posts")
ours=$(say "$SNAC_BRAND_TOKEN" "@$SNAC_OLA_ACCT we look for it #acme" \
	-d "in_reply_to_id=$first")
# seen_by TOKEN ID: the server of that person has it
seen_by() {
	[ "$(curl -s -o "$TMP/seen" -w '%{http_code}' -H \
		"Authorization: Bearer $1" \
		"$SNAC_URL/api/v1/statuses/$2")" = 200 ]
}
ok 'an answer of ours arrives' until_ok 150 seen_by "$SNAC_OLA_TOKEN" "$ours"
again=$(say "$SNAC_OLA_TOKEN" "$at thank you #Acme" -d "in_reply_to_id=$ours")
ok 'and so do two more posts' until_ok 150 here "$direct" "$again"
keep care > "$TMP/out"
is "$(jq -r .id "$TMP/out" | sort | paste -sd' ')" \
	"$(printf '%s\n%s\n' "$direct" "$again" | sort | paste -sd' ')" \
	'only what is new comes'
is "$(jq -r "select(.id == \"$direct\") | .visibility + \" \" + .ref.default" \
	"$TMP/out")" 'direct private' 'a private mention is private'
is "$(jq -r "select(.id == \"$again\") | .inReplyTo + \" \" + .context" \
	"$TMP/out")" "$ours $first" 'an answer to an answer is of the same thread'

# -- other lists --------------------------------------------------------------
keep tag > "$TMP/out"
is "$(jq -r '[.id, .direction, .context] | join(" ")' "$TMP/out" | sort)" \
	"$(printf '%s out %s\n%s in %s\n' "$ours" "$first" "$again" "$first" |
	sort)" 'a hashtag is read, ours as ours'
keep us > "$TMP/out"
is "$(jq -r '.id + " " + .direction' "$TMP/out")" "$ours out" \
	'our own account is ours'
keep ola > "$TMP/out"
is "$(jq -r .id "$TMP/out" | sort -u | wc -l | tr -d ' ')" 33 \
	'an account is read'
lost=$(say "$SNAC_JAN_TOKEN" "$at zaginiony kurier")
ok 'another post arrives' until_ok 150 here "$lost"
is "$(keep words | jq -r .id)" "$lost" 'a search is read'
sm-fetch all 2> "$TMP/err" > "$TMP/out"
is "$(jq -r .key "$TMP/out" | sort | uniq -d | wc -l | tr -d ' ')" 0 \
	'what several lists have comes once'
is "$(jq -r .id "$TMP/out" | grep -c -e "$ours" -e "$direct" -e "$first" \
	-e "$lost" -e "$again")" 5 'and all of it comes'

# -- edits and deletions ------------------------------------------------------
keep care > /dev/null
curl -s -X PUT -H "Authorization: Bearer $SNAC_JAN_TOKEN" \
	"$SNAC_URL/api/v1/statuses/$lost" \
	--data-urlencode "status=$at zaginiony kurier, znaleziony" > /dev/null
# snac's API deletes nothing, its pages do.
curl -s -u "ola:$SNAC_OLA_PASSWORD" "$SNAC_URL/ola/admin/action" \
	--data-urlencode "id=$(get "/v1/statuses/$again" | jq -r .uri)" \
	--data-urlencode "actor=$SNAC_URL/ola" -d action=Delete > /dev/null
# an hour goes by
later() {
	jq '.care.checked = 0' "$TMP/state" > "$TMP/state2"
	mv "$TMP/state2" "$TMP/state"
	keep care >> "$TMP/changed"
	[ "$(jq -r .id "$TMP/changed" | sort -u | wc -l)" -ge 2 ]
}
: > "$TMP/changed"
ok 'an edit and a deletion are noticed' until_ok 150 later
is "$(jq -r "select(.id == \"$lost\") | .flags[0] + \" \" + .content" \
	"$TMP/changed" | sed "s/$SNAC_HOST/HOST/")" \
	'edited @brand@HOST zaginiony kurier, znaleziony' 'as a new revision'
is "$(jq -r "select(.id == \"$again\") | .type" "$TMP/changed")" Tombstone \
	'and as a Tombstone'

# -- the same answers again ---------------------------------------------------
sm-fetch --archive "$TMP/tape" all 2> /dev/null | jq -c 'del(.fetched)' \
	> "$TMP/a"
sm-fetch --replay "$TMP/tape" all 2> /dev/null | jq -c 'del(.fetched, .raw)' \
	> "$TMP/b"
is "$(jq -c 'del(.raw)' "$TMP/a" | sha256sum)" "$(sha256sum < "$TMP/b")" \
	'a recording gives the same posts'

# -- following ----------------------------------------------------------------
sm-fetch --state "$TMP/state" --follow care 2> "$TMP/err" > "$TMP/followed" &
pid=$!
now=$(say "$SNAC_JAN_TOKEN" "$at while you follow")
# came ID
came() {
	grep -q "\"id\":\"$1\"" "$TMP/followed"
}
ok 'what is said while we follow comes' until_ok 40 came "$now"
kill "$pid"
wait "$pid" 2> /dev/null

# -- kill -9 ------------------------------------------------------------------
survives_kills all

# -- what goes wrong ----------------------------------------------------------
status 77 'a token that is not valid needs a person' sm-fetch wrong
is "$(grep -c 00000000 "$TMP/err")" 0 'and is not shown'
stop_server snac
status 75 'a server that is away is tried again later' \
	sm-fetch --max-time 3 care

done_testing
