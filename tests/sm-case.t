#!/bin/sh
# sm-case: posts become cases with one history.
. tests/lib.sh

st=$TMP/store/sm.db
# post KEY WHO CONTEXT MINUTE MORE
post() {
	printf '{"v":1,"key":"mastodon:h:%s","id":"https://h/%s","type":"Note","channel":"mastodon","source":"s","brand":"acme","context":"%s","content":"text of %s","attributedTo":{"id":"https://h/u/%s","preferredUsername":"%s"},"start":"2026-11-21T10:%s:00Z","fetched":"2026-11-21T11:00:00Z"%s}\n' \
	    "$1" "$1" "$3" "$1" "$2" "$2" "$4" "$5"
}
# routed DECISION QUEUE PRIORITY
routed() {
	printf ',"direction":"in","score":{"priority":%s,"why":{"urgency":%s}},"route":{"by":"rules@1","decision":"%s","rule":"r","reason":"because","queue":"%s","priority":%s,"why":{"score":%s},"labels":["complaint"]}' \
	    "$3" "$3" "$1" "$2" "$3" "$3"
}
{
	post 1 ann t1 01 "$(routed react care-pl 70)"
	post 2 bob t1 02 "$(routed react care-en 90)"
	post 3 eve t2 03 "$(routed ignore '' 5)"
	post 4 小满爱喝汤 t3 04 "$(routed react care-pl 70)"
	post 5 ann t1 05 "$(routed react care-pl 40)"
	echo '{"type":"sm:Checkpoint","source":"s","cursor":"c5","count":5}'
	post 6 kim t4 06 ''
} > "$TMP/posts"

status 66 'without a store there is nothing to list' sm-case list -s "$st"
like "$(cat "$TMP/err")" "no store at '$st': sm-case add makes one" \
    'which is said, and what to do'
status 0 'posts are added' sm-case add -v -s "$st" "$TMP/posts"
is "$(cat "$TMP/out")" '' 'nothing comes out'
like "$(cat "$TMP/err")" '6 new posts, 0 seen before, 0 updated, 0 deleted; 5 new cases, 0 reopened; 1 cursors' \
    'with -v the sums are said'
is "$(stat -c %a "$TMP/store" "$st" | tr '\n' ' ')" '700 600 ' \
    'the store is for its owner alone'

# The list.
is "$(COLUMNS=80 sm-case list --table -s "$st" | cut -c10-)" \
    "PRIO STATUS   QUEUE        WAITS POSTS WHO            LAST SAID
  90 new      care-en       118m     1 bob            text of 2
  70 new      care-pl       119m     2 ann            text of 5
  70 new      care-pl       116m     1 小满爱喝汤     text of 4
   0 new      unsorted      114m     1 kim            text of 6" \
    'the table has the highest priority first, then who waits longest'
is "$(sm-case list -s "$st" | jq -r '[.v,.type,.case.handle,.case.priority,.case.queue,.case.posts,.case.waiting_since] | join(" ")')" \
    "1 Case bob 90 care-en 1 2026-11-21T10:02:00Z
1 Case ann 70 care-pl 2 2026-11-21T10:01:00Z
1 Case 小满爱喝汤 70 care-pl 1 2026-11-21T10:04:00Z
1 Case kim 0 unsorted 1 2026-11-21T10:06:00Z" \
    'into a pipe there is a record a line'
who() { sm-case list -s "$st" "$@" | jq -r .case.handle | tr '\n' ' '; }
is "$(who --queue care-pl)" 'ann 小满爱喝汤 ' '--queue: one queue'
is "$(who --status ignored)" 'eve ' '--status: what was ignored is found'
is "$(sm-case list --status ignored -s "$st" | jq -r .case.reason)" because \
    'with its reason'
is "$(who --all)" 'kim 小满爱喝汤 eve bob ann ' '--all: newest first'
is "$(who -l 2)" 'bob ann ' '-l: so many'
last=$(sm-case list -l 2 -s "$st" | jq -r .case.id | tail -n 1)
is "$(who --after "$last")" '小满爱喝汤 kim ' '--after: the next page'
is "$(who --after "$last" -l 1 --queue care-pl)" '小满爱喝汤 ' \
    'also of one queue'
is "$(who --brand other)" '' '--brand: another brand has none'
is "$(sm-case list -s "$st" | jq -c '.case | [.id, .rev, .labels]' | sed 1q |
    cut -d, -f2-)" '1,["complaint"]]' 'a case has its labels'

# One case.
id=$(sm-case list -s "$st" --queue care-en | jq -r .case.id)
end=${id#"${id%????????}"}
is "$(sm-case show -s "$st" "$end" | sed 1q | jq -r .case.id)" "$id" \
    'a case is found by the last eight digits of its id'
is "$(sm-case show -s "$st" "$id" | sed -n 2p)" "$(sed -n 2p "$TMP/posts")" \
    'its post comes out byte for byte'
is "$(sm-case show -s "$st" "$id" | tail -n 1 |
    jq -c '[.type, .event.type, .event.body.status, .event.body.rule]')" \
    '["sm:Event","Create","new","r"]' 'and its event'
sm-case show --table -s "$st" "$end" > "$TMP/page"
like "$(cat "$TMP/page")" '        90  route.priority
       +90    score' 'the page says why, in columns'
like "$(cat "$TMP/page")" '    text of 2' 'and what was said'
status 66 'a case that is not there is status 66' sm-case show -s "$st" \
    ffffffffffff
status 64 'what is no id is status 64' sm-case show -s "$st" nonsense
status 64 'more than one case is status 64' sh -c '
	for d in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do
		sm-case show -s "$1" $d > /dev/null 2>&1
		[ $? -eq 64 ] && exit 64
	done
	sm-case list --all -l 1 -s "$1" > /dev/null; exit 64' sh "$st"

# The same again, and what changes.
status 0 'the same posts again are no error' sm-case add -v -s "$st" \
    "$TMP/posts"
like "$(cat "$TMP/err")" '0 new posts, 6 seen before' 'and only counted'
post 2 bob t1 02 "$(routed react care-en 95),\"rev\":\"2\"" |
    sed 's/text of 2/edited/' > "$TMP/edit"
status 0 'an edited post' sm-case add -v -s "$st" "$TMP/edit"
like "$(cat "$TMP/err")" '1 updated' 'is an update'
is "$(sm-case show -s "$st" "$id" | sed -n 2p | jq -r .content)" edited \
    'of what the case shows'
echo '{"v":1,"key":"mastodon:h:2","brand":"acme","type":"Tombstone","formerType":"Note"}' > "$TMP/gone"
status 0 'a Tombstone' sm-case add -v -s "$st" "$TMP/gone"
like "$(cat "$TMP/err")" '1 deleted' 'deletes'
is "$(sm-case show -s "$st" "$id" | sed -n 2p)" "$(cat "$TMP/gone")" \
    'and what was said is gone'
is "$(sm-case show -s "$st" "$id" | jq -r 'select(.event).event.type' |
    tr '\n' ' ')" 'Create Update Update Delete ' 'all of it stands in the log'
status 0 'the store agrees with itself' sm-case verify -s "$st"
like "$(cat "$TMP/out")" '5 cases, 6 posts,' 'and says of how much'
ok 'what was deleted is nowhere in the file' \
    sh -c '! grep -q "edited" "$1"' sh "$st"

# As a stage in the middle.
sm-case add --pass -s "$st" < "$TMP/posts" > "$TMP/passed"
is "$(wc -l < "$TMP/passed")" 7 '--pass: every line goes on'
is "$(sed -n 6p "$TMP/passed")" "$(sed -n 6p "$TMP/posts")" \
    'the checkpoint as it was'
is "$(sed -n 1p "$TMP/passed" | jq -c '.case.status')" '"new"' \
    'a post with its case'
is "$(sed -n 1p "$TMP/passed" | sed 's/,"case":{[^}]*}}$/}/')" \
    "$(sed -n 1p "$TMP/posts")" 'and nothing else changed'
mkfifo "$TMP/in" "$TMP/live"
sm-case add --pass -s "$st" < "$TMP/in" > "$TMP/live" &
pid=$!
exec 3> "$TMP/in" 4< "$TMP/live"
post 50 liv t50 10 "$(routed react care-pl 1)" >&3
read -r line <&4
is "$(sm-case list --all -l 1 -s "$st" | jq -r .case.handle)" liv \
    'what came is stored while the pipe stays open'
exec 3>&- 4<&-
wait $pid

# Bad input.
{
	post 60 x t60 11 ''
	echo 'no record'
	echo '{"v":1,"content":"no key"}'
	echo '{"v":2,"key":"a:b:c"}'
	post 61 x t61 12 ''
} > "$TMP/bad"
status 1 'what cannot be stored is status 1' sm-case add -s "$st" "$TMP/bad"
like "$(cat "$TMP/err")" "$TMP/bad:3: a post without 'key'" \
    'and told with file and line'
is "$(cat "$TMP/out")" '' 'without --pass not even that comes out'
is "$(sm-case list --all -l 2 -s "$st" | wc -l)" 2 'its neighbours are stored'
status 65 '--strict: it ends there' sm-case add --strict -s "$st" "$TMP/bad"
sm-case add --rejects "$TMP/rejects" -s "$st" "$TMP/bad" 2> /dev/null
is "$(cat "$TMP/rejects")" 'no record' '--rejects: what was no record is kept'
status 66 'a missing file is status 66' sm-case add -s "$st" "$TMP/nowhere"
status 64 'a verb that is not there is status 64' sm-case lits
like "$(cat "$TMP/err")" "no verb 'lits', did you mean 'list'?" \
    'and the nearest one is named'
status 64 'no verb at all too' sm-case
status 64 'and a word too many' sm-case list -s "$st" word

# Stores that are none.
status 73 'a store that cannot be made is status 73' \
    sm-case add -s /dev/null/x/sm.db "$TMP/posts"
echo 'text' > "$TMP/text"
status 66 'a text is no store' sm-case list -s "$TMP/text"
: > "$TMP/empty"
status 66 'an empty file is not begun anew' sm-case add -s "$TMP/empty" \
    "$TMP/posts"
status 74 'a full disk is noticed by list' \
    sh -c 'sm-case list -s "$1" > /dev/full' sh "$st"
status 74 'by show' sh -c 'sm-case show --table -s "$1" "$2" > /dev/full' sh "$st" \
    "$end"
status 74 'and by verify' sh -c 'sm-case verify -s "$1" > /dev/full' sh "$st"

# The configuration.
printf '[store]\n\tpath = conf.db\n\twait = 0\n' > "$TMP/config"
status 0 'the store of the configuration' sm-case add -c "$TMP/config" \
    "$TMP/posts"
ok 'lies beside it' test -f "$TMP/conf.db"
printf '[store]\n\tpaht = conf.db\n' > "$TMP/wrong"
status 78 'a fault in it is status 78' sm-case list -c "$TMP/wrong"
like "$(cat "$TMP/err")" \
    "$TMP/wrong:2: no key 'paht' in [store], did you mean 'path'?" \
    'with file and line'
status 0 'without one the store is in XDG_DATA_HOME' sm-case add "$TMP/posts"
ok 'as it should' test -f "$XDG_DATA_HOME/sm/sm.db"

if command -v sqlite3 > /dev/null; then
	# Somebody else writes.
	mkfifo "$TMP/sql" "$TMP/held"
	sqlite3 "$TMP/conf.db" < "$TMP/sql" > "$TMP/held" &
	pid=$!
	exec 3> "$TMP/sql" 4< "$TMP/held"
	echo "BEGIN IMMEDIATE; SELECT 'held';" >&3
	read -r line <&4
	is "$line" held 'somebody writes'
	status 75 'who may not wait is told to try again' \
	    sm-case add -c "$TMP/config" "$TMP/edit"
	like "$(cat "$TMP/err")" "is busy: try again later" 'in one line'
	status 0 'reading does not wait' sm-case list -c "$TMP/config"
	exec 3>&- 4<&-
	wait $pid
	status 0 'and later it works' sm-case add -c "$TMP/config" "$TMP/edit"

	sql() { sqlite3 "$st" "$1"; }
	is "$(sql 'PRAGMA integrity_check')" ok 'the file is sound'
	is "$(sql 'PRAGMA journal_mode')/$(sql 'PRAGMA page_size')" wal/8192 \
	    'it has a write-ahead log and pages of 8 KiB'
	is "$(sql 'SELECT handle, status, priority, posts, labels FROM v_case
	    ORDER BY opened LIMIT 1')" 'ann|new|70|2|complaint' \
	    'v_case shows cases'
	is "$(sql "SELECT author, content, decision, start FROM v_post
	    WHERE key = 'mastodon:h:1'")" \
	    'ann|text of 1|react|2026-11-21T10:01:00Z' 'v_post shows posts'
	is "$(sql "SELECT type, at, program FROM v_event WHERE seq = 1 AND
	    case_id = '$id'")" 'Create|2026-11-21T12:00:00Z|sm-case' \
	    'v_event shows events'
	is "$(sql "SELECT group_concat(name, ' ') FROM
	    pragma_table_info('v_case')")" \
	    'id brand channel account context handle status active reason queue owner priority due waiting_since last_in last_out opened reopened posts labels rev' \
	    'the columns of v_case are these'
	is "$(sql "SELECT group_concat(name, ' ') FROM
	    pragma_table_info('v_event')")" \
	    'n case_id seq at type who program host body prev hash' \
	    'of v_event these'
	is "$(sql "SELECT group_concat(name, ' ') FROM
	    pragma_table_info('v_post')")" \
	    'n key brand case_id deleted rev type channel source account id url direction visibility author author_name followers name content language published start fetched stored lang sentiment urgency influence score_priority decision reason rule queue priority line' \
	    'of v_post these'
	is "$(sql "SELECT json_extract(json, '\$.SM_NOW') FROM actors" |
	    sort -u)" 1 'what was written under SM_NOW says so'
	sqlite3 "$TMP/conf.db" 'PRAGMA user_version = 77'
	status 78 'a store of a newer version is refused' \
	    sm-case add -c "$TMP/config" "$TMP/posts"
	like "$(cat "$TMP/err")" 'is of version 77' 'and why is said'
	sql 'DROP TRIGGER events_stay'
	sql "UPDATE events SET body = '{}' WHERE n = 2"
	status 65 'a changed event is found' sm-case verify -s "$st"
	like "$(cat "$TMP/err")" 'was changed' 'and told'
else
	skip 'the views, and a writer beside us' 'no sqlite3'
fi

# Four at a time, each with a part of the same posts.
i=100
while [ $i -lt 1300 ]; do
	post $i "u$((i % 37))" "t$((i % 11))" 15 "$(routed react q $((i % 90)))"
	i=$((i + 1))
done > "$TMP/many"
sed -n 1,700p "$TMP/many" > "$TMP/part1"
sed -n 300,1000p "$TMP/many" > "$TMP/part2"
sed -n 600,1200p "$TMP/many" > "$TMP/part3"
pids=
for part in part1 part2 part3 many; do
	sm-case add -s "$TMP/four.db" "$TMP/$part" & pids="$pids $!"
done
failed=0
for pid in $pids; do wait "$pid" || failed=$((failed + 1)); done
is "$failed" 0 'four add at the same time'
is "$(sm-case list --all -s "$TMP/four.db" | jq -s 'map(.case.posts) | add')" \
    1200 'each post is there once'
status 0 'and the store agrees with itself' sm-case verify -s "$TMP/four.db"
like "$(cat "$TMP/out")" '1200 posts' 'as it says'

# A disk that is full: first by a limit, then really, where we may.
awk '{ print; if (NR % 100 == 0) printf "{\"type\":\"sm:Checkpoint\",\"source\":\"f\",\"cursor\":\"%d\"}\n", NR }' \
    "$TMP/many" > "$TMP/checked"
status 74 'a file that may not grow is status 74' \
    sh -c 'ulimit -f 700; exec sm-case add -s "$1" "$2"' sh "$TMP/full.db" \
    "$TMP/checked"
status 0 'what is there is whole' sm-case verify -s "$TMP/full.db"
status 0 'and the rest is added later' sm-case add -s "$TMP/full.db" \
    "$TMP/checked"
status 0 'whole again' sm-case verify -s "$TMP/full.db"
like "$(cat "$TMP/out")" '1200 posts' 'with nothing lost'
mkdir "$TMP/disk"
if [ "$(id -u)" -eq 0 ] &&
    mount -t tmpfs -o size=1m,mode=700 tmpfs "$TMP/disk" 2> /dev/null; then
	status 74 'a disk that is full is status 74' sm-case add \
	    -s "$TMP/disk/sm.db" "$TMP/checked"
	like "$(cat "$TMP/err")" 'full' 'and told'
	status 0 'what is there is whole, on a full disk too' \
	    sm-case verify -s "$TMP/disk/sm.db"
	kept=$(cut -d' ' -f3 "$TMP/out")
	mount -o remount,size=16m "$TMP/disk"
	status 0 'with more room the rest is added' sm-case add -v \
	    -s "$TMP/disk/sm.db" "$TMP/checked"
	like "$(cat "$TMP/err")" "$((1200 - kept)) new posts, $kept seen" \
	    'and what was acknowledged is still there'
	umount "$TMP/disk"
else
	skip 'a disk that is full is status 74' 'not root, or no tmpfs'
fi

# All posts, for those who look at the past.
rm -f "$TMP/past.db"*
cat > "$TMP/past" <<'END'
{"v":1,"key":"k:a:1","type":"Note","channel":"k","source":"s","brand":"b","id":"1","content":"x","attributedTo":{"id":"u1"},"fetched":"2026-11-21T10:00:00Z","start":"2026-11-21T10:00:00Z","direction":"in","visibility":"public","route":{"decision":"react","rule":"r","queue":"q","priority":5}}
{"v":1,"key":"k:a:2","type":"Note","channel":"k","source":"s","brand":"b","id":"2","content":"y","attributedTo":{"id":"u2"},"fetched":"2026-11-21T10:00:01Z","start":"2026-11-21T10:00:01Z","direction":"in","visibility":"public","route":{"decision":"ignore","rule":"i","reason":"spam","priority":5}}
END
sm-case add -s "$TMP/past.db" "$TMP/past"
is "$(sm-case posts -s "$TMP/past.db" |
    jq -c '[.key, .route.decision, .case.status, .case.queue, .case.reason]')" \
'["k:a:1","react","new","q",null]
["k:a:2","ignore","ignored",null,"spam"]' \
    'all posts come with what became of them'
is "$(sm-case posts -s "$TMP/past.db" | jq -c 'del(.case)')" \
    "$(jq -c . "$TMP/past")" 'and are else as they came'
head -1 "$TMP/past" | sed 's/"id":"1"/"id":"1","context":"t"/
	p
	s/k:a:1/k:a:3/; s/react/ignore/' | sm-case add -s "$TMP/joined.db"
sm-case posts -s "$TMP/joined.db" > "$TMP/joined"
is "$(jq -c '[.key, .case.id != null, .case.status]' "$TMP/joined")" \
'["k:a:1",true,"new"]
["k:a:3",true,null]' 'a case says nothing of posts that only joined it'
is "$(sm-stat --json --later "$TMP/joined" "$TMP/joined" | jq .overturned)" 0 \
    'so nobody has overturned their decision'

# When the first answer came.
rm -f "$TMP/ans.db"*
cat > "$TMP/ans" <<'END'
{"v":1,"key":"k:a:1","type":"Note","channel":"k","source":"s","brand":"b","id":"1","content":"x","attributedTo":{"id":"u1"},"fetched":"2026-11-21T10:00:00Z","start":"2026-11-21T10:00:00Z","direction":"in","visibility":"public","route":{"decision":"react","rule":"r","queue":"q","priority":5}}
{"v":1,"key":"k:a:2","type":"Note","channel":"k","source":"s","brand":"b","id":"2","content":"y","attributedTo":{"id":"us"},"inReplyTo":"1","fetched":"2026-11-21T11:00:01Z","start":"2026-11-21T11:00:00Z","direction":"out","visibility":"public","route":{"decision":"ignore","rule":"i","reason":"ours","priority":5}}
{"v":1,"key":"k:a:3","type":"Note","channel":"k","source":"s","brand":"b","id":"3","content":"z","attributedTo":{"id":"us"},"inReplyTo":"1","fetched":"2026-11-21T12:00:01Z","start":"2026-11-21T12:00:00Z","direction":"out","visibility":"public","route":{"decision":"ignore","rule":"i","reason":"ours","priority":5}}
END
sm-case add -s "$TMP/ans.db" "$TMP/ans"
is "$(sm-case posts -s "$TMP/ans.db" | jq -c '.case.first_response')" \
'"2026-11-21T11:00:00Z"
null
null' 'a post says when it was first answered'
done_testing
