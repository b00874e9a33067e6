#!/bin/sh
# sm: the front door, the sweep, the configuration.
. tests/lib.sh

conf=$XDG_CONFIG_HOME/sm
mkdir -p "$conf"

# Without a configuration.
status 78 'a sweep without a configuration is status 78' sm sweep
like "$(cat "$TMP/err")" "nothing to listen to: write into '$conf/config'" \
    'and says what to write, and where'
like "$(cat "$TMP/err")" '[source "news"]' 'with an example'
status 66 'status without a store is status 66' sm status

# With one: a post of a file, decided by a rule.
post() {
	printf '{"v":1,"key":"feed:h:%s","id":"%s","type":"Note","channel":"feed","source":"file","brand":"acme","content":"%s","attributedTo":{"preferredUsername":"u%s"},"start":"2026-11-21T10:00:00Z","fetched":"2026-11-21T11:00:00Z","direction":"in","visibility":"public"}\n' \
	    "$1" "$1" "$2" "$1"
}
{
	post 1 'my parcel has not come'
	post 2 'thank you'
} > "$TMP/posts.ndjson"
cat > "$conf/config" <<END
[source "file"]
	type = ndjson
	path = $TMP/posts.ndjson
[rules]
	path = rules
END
cat > "$conf/rules" <<'END'
stage care {
  rule parcel
    when text =~ /parcel/
    then react; queue "care"
}
END
status 0 'a sweep' sm sweep
is "$(cat "$TMP/out" "$TMP/err")" '' 'is silent where all went well'
is "$(sm case list | jq -r '[.case.queue, .case.handle] | join(" ")')" \
    'care u1
unsorted u2' 'and leaves cases'
like "$(sm status)" 'last sweep 0 seconds ago; 2 cases to work on, 2 of them new, the oldest waits 2 hours; 2 in all; store ' \
    'status says so in a line'
post 3 'where is my parcel' | sed 's/"u3"/"u1"/' >> "$TMP/posts.ndjson"
status 0 'another sweep' sm sweep
is "$(sm case list --all | wc -l)" 3 'adds what is new, once'
is "$(sm case posts | jq -c '[.key, .known.posts_7d]')" '["feed:h:1",null]
["feed:h:2",null]
["feed:h:3",1]' 'knows of the author what the first one stored'
ok 'and remembers what was said' test -s "$XDG_STATE_HOME/sm/clusters"
is "$(sm sweep -n)" "sm-fetch --all --due --store | sm-join | sm-cluster --state $XDG_STATE_HOME/sm/clusters | sm-score | sm-route -f $conf/rules | sm-case add" \
    '-n shows what would be run'

# One at a time.
exec 3> "$XDG_DATA_HOME/sm/sm.db.sweep"
if command -v flock > /dev/null; then
	flock -n 3
	status 75 'a second sweep is status 75' sm sweep
	is "$(cat "$TMP/err")" 'sm: another sweep is running' 'and one line'
	flock -u 3
else
	skip 'a second sweep is status 75' 'no flock(1)'
fi
exec 3>&-

# What fails is named.
cp "$conf/rules" "$conf/rules.good"
echo 'rule broken' > "$conf/rules"
status 78 'faulty rules end the sweep with 78' sm sweep
like "$(cat "$TMP/err")" 'sm: sweep: sm-route ended with status 78' \
    'and the stage is named'
like "$(sm status)" 'ago (status 78)' 'which status remembers'
rm "$conf/rules"
status 78 'rules that are not there are status 78' sm sweep
like "$(cat "$TMP/err")" "$conf/config:5: cannot read the rules" \
    'with file and line'
mv "$conf/rules.good" "$conf/rules"
printf '[store]\n\tpath = /dev/null/x\n' > "$TMP/bad-store"
status 73 'a store that cannot be made is status 73' \
    env SM_CONFIG="$TMP/bad-store" sm sweep
printf '[source "gone"]\n\ttype = ndjson\n\tpath = /nonexistent\n' \
    > "$TMP/gone"
env SM_CONFIG="$TMP/gone" sm sweep 2> "$TMP/err"
ok 'a source that is gone is no success' test $? -ne 0
like "$(cat "$TMP/err")" 'sm: sweep: sm-fetch ended with status' \
    'and its stage is named, too'
status 64 'a word too many is status 64' sm sweep now

# The configuration.
status 0 'a sound configuration' sm config check
is "$(cat "$TMP/out" "$TMP/err")" '' 'has nothing to say'
is "$(sm config get source.file.type)" ndjson 'get gives a value'
status 1 'what is not set is status 1' sm config get source.file.url
is "$(sm config list)" "source.file.type=ndjson
source.file.path=$TMP/posts.ndjson
rules.path=rules" 'list gives all'
is "$(sm config list --show-origin | sed -n 3p)" \
    "$conf/config:5	rules.path=rules" '--show-origin: with file and line'
like "$(sm config keys)" 'store path ' 'keys lists what one may write'
printf '[account "a"]\n\ttoken = canary7\n' > "$TMP/secret"
chmod 600 "$TMP/secret"
is "$(sm config -c "$TMP/secret" list)" 'account.a.token=***' \
    'a secret is not shown'
is "$(sm config -c "$TMP/secret" get account.a.token)" '***' \
    'nor when it is asked for'
chmod 644 "$TMP/secret"
status 78 'a secret that others can read is refused' \
    sm config -c "$TMP/secret" check
like "$(cat "$TMP/err")" "$TMP/secret:2: 'token' is a secret in a file that others can read: chmod 600" \
    'and what to do is said'
ok 'but not the secret' sh -c '! grep -q canary7 "$1"' sh "$TMP/err"
printf '[source "x"]\n\tbrand = nobody\n\taccount = none\n[brand "b"]\n' \
    > "$TMP/refer"
status 78 'what refers to nothing is status 78' sm config -c "$TMP/refer" check
like "$(cat "$TMP/err")" "$TMP/refer:2: no [brand \"nobody\"]" \
    'a brand that is not there is told'
like "$(cat "$TMP/err")" "$TMP/refer:3: no [account \"none\"]" \
    'an account, too'
like "$(cat "$TMP/err")" '[source "x"] has no '"'type'" 'and a missing type'
printf '[rules]\n\tpath = r\n\tpath = s\n' > "$TMP/twice"
sm config -c "$TMP/twice" check 2> "$TMP/err"
like "$(cat "$TMP/err")" "$TMP/twice:3: 'path' stands at $TMP/twice:2 too; the last one counts" \
    'what stands twice is told'
printf '[sorce "x"]\n' > "$TMP/typo"
status 78 'a section that is not there is status 78' \
    sm config -c "$TMP/typo" check
like "$(cat "$TMP/err")" "$TMP/typo:1: no section [sorce], did you mean [source]?" \
    'and the nearest one is named'

# The front door.
like "$(sm help)" 'sm fetch ' 'help lists the programs'
is "$(sm case list --all | wc -l)" 3 'sm NAME runs sm-NAME'
status 64 'what is no program is status 64' sm swep
like "$(cat "$TMP/err")" "no verb 'swep', did you mean 'sweep'?" \
    'and the nearest verb is named'
status 64 'a path is no name' sm ../bin/sm-case
status 74 'a full disk is noticed by help' sh -c 'sm help > /dev/full'
status 74 'by config' sh -c 'sm config list > /dev/full'
status 74 'and by status' sh -c 'sm status > /dev/full'
done_testing
