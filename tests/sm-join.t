#!/bin/sh
# sm-join: what the store knows about author and thread.
. tests/lib.sh

st=$TMP/sm.db
# post KEY BRAND WHO THREAD DAY LANG [MORE]
post() {
	printf '{"v":1,"key":"mastodon:h:%s","id":"https://h/%s","type":"Note","channel":"mastodon","source":"s","brand":"%s","attributedTo":{"id":"https://h/u/%s"},"context":"%s","start":"2026-11-%sT10:00:00Z","fetched":"2026-11-20T12:00:00Z","content":"text","score":{"lang":"%s"}%s,"x":[1.50, {"y":null}]}\n' \
	    "$1" "$1" "$2" "$3" "$4" "$5" "$6" "$7"
}
react=',"direction":"in","route":{"decision":"react","queue":"care"}'
{
	post 1 acme ann t1 10 pl "$react"
	post 2 acme ann t2 15 pl "$react"
	post 3 acme ann t3 16 en "$react"
	post 4 acme bob t1 17 de "$react"
	post 5 other ann t1 17 de "$react"
} > "$TMP/stored"
{
	post 11 acme ann t2 20 pl
	post 12 acme cy t1 20 pl
	post 13 other ann t9 20 pl
	echo '{"type":"sm:Checkpoint","source":"s","cursor":"c", "known":1}'
	post 14 acme dee t1 20 pl ',"direction":"peer","inReplyTo":"https://h/4"'
	post 15 acme us t1 20 pl ',"direction":"out","inReplyTo":"https://h/4"'
	echo '{"v":1,"key":"mastodon:h:2","brand":"acme","type":"Tombstone","attributedTo":{"id":"https://h/u/ann"}}'
} > "$TMP/posts"

status 0 'without a store' sm-join -s "$st" "$TMP/posts"
ok 'all pass as they are' cmp "$TMP/posts" "$TMP/out"
is "$(cat "$TMP/err")" '' 'and nothing is said'
ok 'nor is one made' test ! -e "$st"
sm-join -v -s "$st" "$TMP/posts" 2>&1 > /dev/null | head -n 1 > "$TMP/err"
like "$(cat "$TMP/err")" "no store at '$st' yet" 'with -v it is said'
sm-case add -s "$st" "$TMP/stored"
before=$(cksum < "$st")
status 0 'posts are looked up' sm-join -s "$st" "$TMP/posts"
is "$(cksum < "$st")" "$before" 'the store stays as it was'
id() { sm-case posts -s "$st" | jq -r "select(.key == \"mastodon:h:$1\").case.id"; }
is "$(jq -c .known "$TMP/out")" "{\"language\":\"pl\",\"posts_7d\":2,\"cases_90d\":3,\"first_seen\":\"2026-11-10T10:00:00Z\",\"open_case\":\"$(id 3)\",\"case\":\"$(id 2)\"}
null
{\"language\":\"de\",\"posts_7d\":1,\"cases_90d\":1,\"first_seen\":\"2026-11-17T10:00:00Z\",\"open_case\":\"$(id 5)\"}
1
{\"case\":\"$(id 4)\"}
{\"case\":\"$(id 4)\"}
null" 'each by its author, thread and brand'
is "$(sed 's/,"known":{[^}]*}}$/}/' "$TMP/out")" "$(cat "$TMP/posts")" \
    'all else is kept byte for byte'
sm-join -s "$st" "$TMP/posts" > "$TMP/again"
ok 'the same again is the same' cmp "$TMP/again" "$TMP/out"
SM_NOW=2030-01-01T00:00:00Z sm-join -s "$st" "$TMP/posts" > "$TMP/again"
ok 'whatever the clock says' cmp "$TMP/again" "$TMP/out"
sm-join -s "$st" "$TMP/out" > "$TMP/again"
ok 'a second time through too' cmp "$TMP/again" "$TMP/out"
while IFS= read -r line; do printf '%s\n' "$line"; done < "$TMP/posts" |
    sm-join -s "$st" > "$TMP/again"
ok 'and line by line' cmp "$TMP/again" "$TMP/out"
{
	post 21 acme ann t2 20 pl ',"known":{"language":"xx","vip":true}'
	post 22 acme cy t9 20 pl ',"known":{"posts_7d":99}'
} | sm-join -s "$st" > "$TMP/out"
is "$(sed -n 1p "$TMP/out" | jq -c '[.known.language, .known.vip]')" \
    '["pl",null]' 'an earlier answer is replaced'
is "$(sed -n 2p "$TMP/out")" "$(post 22 acme cy t9 20 pl)" \
    'and goes where nothing is known'

# Deleted, and sent in again.
echo '{"v":1,"key":"mastodon:h:3","brand":"acme","type":"Tombstone"}' |
    sm-case add -s "$st"
is "$(sm-join -s "$st" "$TMP/posts" | jq -c '.known.posts_7d?' | head -n 1)" 1 \
    'a deleted post does not count'
is "$(head -n 2 "$TMP/stored" | sm-join -s "$st" |
    jq -c '[.known.posts_7d, .known.case != null]')" '[1,true]
[0,true]' 'nor does a post count itself'
status 0 'the store agrees with itself' sm-case verify -s "$st"

# What the other stages make of it.
cat > "$TMP/rules" <<'END'
stage care {
  rule again
    when known.posts_7d >= 1 and known.cases_90d > 1 and
	known.first_seen < 2026-11-11 and has known.open_case
    then react; queue "again"
}
END
is "$(sm-join -s "$st" "$TMP/posts" | sm-route -f "$TMP/rules" |
    jq -r 'select(.key == "mastodon:h:11").route.queue')" again \
    'rules can ask for it'

# Bad input.
{
	post 31 acme ann t2 20 pl
	echo 'no record'
	echo '{"v":1,"content":"no key"}'
	echo '{"v":2,"key":"a:b:c"}'
	printf '{"v":1,"key":"a:b:d","brand":"acme","attributedTo":{"id":"a\\u0000b"}}\n'
	printf '{"v":1,"key":"a:b:e","brand":"acme","attributedTo":{"id":"%s"}}\n' \
	    "$(head -c 3000 /dev/zero | tr '\0' x)"
	printf '{"v":1,"key":"a:b:f","brand":"acme","attributedTo":{"id":"'"'"' OR 1=1; --\\u202e\\"%%"}}\n'
	printf '{"v":1,"key":7,"brand":[],"attributedTo":"x"}\n'
} > "$TMP/bad"
status 1 'what cannot be looked up is status 1' sm-join -s "$st" "$TMP/bad"
like "$(cat "$TMP/err")" "$TMP/bad:3: a post without 'key'" \
    'and told with file and line'
like "$(cat "$TMP/err")" "$TMP/bad:5: 'attributedTo.id' has a U+0000 in it" \
    'a U+0000 in a name too'
like "$(cat "$TMP/err")" "$TMP/bad:6: 'attributedTo.id' is longer than 2048" \
    'and a name without end'
is "$(sed 1d "$TMP/out")" "$(sed 1,2d "$TMP/bad")" 'but it passes as it came'
is "$(sed -n 1p "$TMP/out" | jq .known.posts_7d)" 1 'its neighbours are joined'
status 65 '--strict: it ends there' sm-join --strict -s "$st" "$TMP/bad"
sm-join --rejects "$TMP/rejects" -s "$st" "$TMP/bad" > /dev/null 2>&1
is "$(cat "$TMP/rejects")" 'no record' '--rejects: what was no record is kept'
{
	printf '{"v":1,"key":"mastodon:h:41","channel":"mastodon","brand":"acme","attributedTo":{"id":"https://h/u/ann"},"content":"'
	head -c 1048400 /dev/zero | tr '\0' x
	printf '"}\n'
} > "$TMP/long"
status 1 'a record that has no room for it' sm-join -s "$st" "$TMP/long"
ok 'passes as it came' cmp "$TMP/long" "$TMP/out"
like "$(cat "$TMP/err")" "longer than 1 MiB: passed on without" \
    'which is said'
status 66 'a missing file is status 66' sm-join -s "$st" "$TMP/nowhere"
status 64 'an option that is not there is status 64' sm-join -j 2
status 74 'a full disk is noticed' sh -c 'sm-join -s "$1" "$2" > /dev/full' \
    sh "$st" "$TMP/posts"

# Stores that are none.
echo 'text' > "$TMP/text"
status 66 'a text is no store' sm-join -s "$TMP/text" "$TMP/posts"
: > "$TMP/empty"
status 66 'nor is an empty file' sm-join -s "$TMP/empty" "$TMP/posts"
is "$(cat "$TMP/out")" '' 'and nothing comes out as if all were well'
printf '[store]\n\tpath = sm.db\n\twait = 0\n' > "$TMP/config"
is "$(sm-join -c "$TMP/config" "$TMP/posts" | jq '.known.posts_7d?' | head -n 1)" \
    1 'the store of the configuration'
printf '[store]\n\tpaht = sm.db\n' > "$TMP/wrong"
status 78 'a fault in it is status 78' sm-join -c "$TMP/wrong" "$TMP/posts"

# Live: what went in comes out before more is there, and sees what was stored.
mkfifo "$TMP/in" "$TMP/live"
sm-join -s "$TMP/new.db" < "$TMP/in" > "$TMP/live" &
pid=$!
exec 3> "$TMP/in" 4< "$TMP/live"
post 51 acme liv t51 20 pl >&3
read -r line <&4
is "$line" "$(post 51 acme liv t51 20 pl)" 'no store yet, nothing known'
post 50 acme liv t50 19 pl "$react" | sm-case add -s "$TMP/new.db"
post 51 acme liv t51 20 pl >&3
read -r line <&4
is "$(printf '%s\n' "$line" | jq .known.posts_7d)" 1 \
    'a store that comes later is seen'
post 52 acme liv t52 19 pl "$react" | sm-case add -s "$TMP/new.db"
post 51 acme liv t51 20 pl >&3
read -r line <&4
is "$(printf '%s\n' "$line" | jq .known.posts_7d)" 2 \
    'and so is what others write to it'
exec 3>&- 4<&-
wait $pid

if command -v sqlite3 > /dev/null; then
	cp "$st" "$TMP/hurt.db"
	sqlite3 "$TMP/hurt.db" "UPDATE cases SET owner = 'anna'
	    WHERE handle LIKE '%ann'; UPDATE cases SET owner = 'zoe'
	    WHERE handle LIKE '%bob'"
	is "$(sm-join -s "$TMP/hurt.db" "$TMP/posts" | jq -c '.known.load?' |
	    sort -u)" 'null
{"anna":4,"zoe":1}' 'load counts open cases by owner, of all brands'
	cat > "$TMP/people" <<'END'
[person "anna"]
	role = agent
	capacity = 4
[person "eve"]
	role = agent
	capacity = 2
END
	printf 'people file "people"\nstage care {\n  rule all\n    when has content\n    then react; assign least-loaded\n}\n' \
	    > "$TMP/assign"
	is "$(sm-join -s "$TMP/hurt.db" "$TMP/posts" |
	    sm-route -f "$TMP/assign" 2> "$TMP/err" |
	    jq -r 'select(.key == "mastodon:h:12").route.assign')" eve \
	    'and assign goes by it'

	# Somebody has the store for himself.
	mkfifo "$TMP/sql" "$TMP/held"
	sqlite3 "$st" < "$TMP/sql" > "$TMP/held" &
	pid=$!
	exec 3> "$TMP/sql" 4< "$TMP/held"
	echo "BEGIN IMMEDIATE; SELECT 'held';" >&3
	read -r line <&4
	status 0 'who writes does not disturb' sm-join -c "$TMP/config" \
	    "$TMP/posts"
	echo "COMMIT; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; SELECT 'locked';" >&3
	while read -r line <&4 && [ "$line" != locked ]; do :; done
	status 75 'a store that stays locked is status 75' \
	    sm-join -c "$TMP/config" "$TMP/posts"
	like "$(cat "$TMP/err")" 'is busy: try again later' 'in one line'
	is "$(cat "$TMP/out")" '' 'and nothing comes out'
	exec 3>&- 4<&-
	wait $pid
	status 0 'later it works' sm-join -c "$TMP/config" "$TMP/posts"
	sqlite3 "$TMP/hurt.db" 'PRAGMA user_version = 77'
	status 78 'a store of a newer version is refused' \
	    sm-join -s "$TMP/hurt.db" "$TMP/posts"
else
	skip 'owners, and a store that is locked' 'no sqlite3'
fi

# Twenty thousand posts.
awk 'BEGIN {
	for (i = 0; i < 20000; i++)
		printf "{\"v\":1,\"key\":\"k:h:%d\",\"channel\":\"k\",\"brand\":\"b\",\"attributedTo\":{\"id\":\"u%d\"},\"context\":\"t%d\",\"start\":\"2026-11-%02dT10:00:00Z\",\"fetched\":\"2026-11-20T12:00:00Z\",\"score\":{\"lang\":\"%s\"}}\n",
		    i, i % 3000, i % 7000, 1 + i % 20, i % 5 ? "pl" : "en"
}' > "$TMP/many"
sm-case add -s "$TMP/many.db" "$TMP/many"
sed 's/"key":"k:h:/"key":"k:m:/' "$TMP/many" > "$TMP/more"
status 0 '20,000 posts in 10 seconds' timeout 10 \
    sm-join -s "$TMP/many.db" "$TMP/more"
is "$(jq -c .known.posts_7d "$TMP/out" | awk '{ n += $1 } END { print NR, n }')" \
    "$(jq -r '[.attributedTo.id, .start] | join(" ")' "$TMP/many" |
    awk '$2 > "2026-11-13T12:00:00Z" && $2 <= "2026-11-20T12:00:00Z" { n[$1]++ }
	{ who[NR] = $1 }
	END { for (i = 1; i <= NR; i++) sum += n[who[i]]; print NR, sum }')" \
    'and each is counted right'
head -c 65536 /dev/urandom | dd of="$TMP/many.db" bs=8192 seek=40 \
    conv=notrunc 2> /dev/null
sm-join -s "$TMP/many.db" "$TMP/more" > "$TMP/out" 2> "$TMP/err"
is $? 74 'a damaged store is status 74'
like "$(cat "$TMP/err")" 'bring back a backup' 'and what to do is said'
done_testing
