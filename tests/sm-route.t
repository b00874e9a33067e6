#!/bin/sh
# sm-route: what each post needs.
. tests/lib.sh

cat > "$TMP/rules" <<'END'
list "vip" file "vip"
stage guard {
  rule not-us
    when direction = about and not text =~ /\bacme\b/i
    then ignore "not about us"; stop
}
stage care {
  rule pl-complaint  owner "care-lead"  since 2026-11-01
    when lang = "pl" and intent has "complaint" and sentiment <= -30
    then react; queue "care-pl"; label +complaint; priority +10 "house_rule"
  rule vip when author in list "vip" then label +vip
  rule old when age > 1d then label +old
}
otherwise defer "no rule spoke"
END
echo '@ann' > "$TMP/vip"
cat > "$TMP/posts" <<'END'
{"v":1,"key":"k:1","content":"Acme, skandal!","direction":"in","attributedTo":{"preferredUsername":"Ann"},"start":"2026-11-20T10:00:00Z","fetched":"2026-11-20T10:00:05Z","score":{"lang":"pl","sentiment":-62,"intent":["complaint"],"priority":64},"foreign":[1.50]}
{"v":1,"key":"k:2","content":"what a taste of summer","direction":"about"}
{"v":1,"key":"k:3","content":"acme forgot me","direction":"about"}
{"type":"sm:Checkpoint","source":"s","cursor":"c","count":3}
END
status 0 'good posts are status 0' sm-route -f "$TMP/rules" "$TMP/posts"
by=$(sed -n '1s/.*"by":"\(rules@[0-9a-f]*\)".*/\1/p' "$TMP/out")
digest=$(cat "$TMP/rules" "$TMP/vip" | sha256sum | cut -c 1-6)
is "$by" "rules@$digest" 'by is the digest of all files of the rules' ||
	note 'in the order in which they were read'
is "$(sed -n 's/.*"route"://p' "$TMP/out" | sed "s/$by/BY/")" \
'{"by":"BY","decision":"react","rule":"pl-complaint","reason":"rule pl-complaint","queue":"care-pl","priority":74,"why":{"score":64,"house_rule":10},"labels":["complaint","vip","old"],"trace":{"life_safety":0,"pl_complaint":1,"vip":1,"old":1}}}
{"by":"BY","decision":"ignore","rule":"not-us","reason":"not about us","priority":0,"why":{},"trace":{"life_safety":0,"not_us":1}}}
{"by":"BY","decision":"defer","rule":"otherwise","reason":"no rule spoke","queue":"unsorted","priority":0,"why":{},"trace":{"life_safety":0}}}' \
    'every post leaves with a decision and its reasons'
is "$(sed 's/,"route":.*/}/' "$TMP/out")" "$(cat "$TMP/posts")" \
    'all else is kept byte for byte, control lines too'
is "$(sm-route -f "$TMP/rules" "$TMP/out")" "$(cat "$TMP/out")" \
    'deciding again changes nothing'

like "$(env -u SM_NOW sm-route -f "$TMP/rules" "$TMP/posts" | head -1)" \
    '"labels":["complaint","vip"]' 'age counts to fetched'
like "$(sm-route --now 2026-11-20T11:00:00Z -f "$TMP/rules" "$TMP/posts" |
    head -1)" '"labels":["complaint","vip"]' 'or to --now'
status 64 '--now wants a time' sm-route --now yesterday -f "$TMP/rules"

i=0
while [ $i -lt 400 ]; do
	cat "$TMP/posts"
	i=$((i + 1))
done > "$TMP/many"
sm-route -f "$TMP/rules" "$TMP/many" > "$TMP/one"
sm-route -j 4 -f "$TMP/rules" "$TMP/many" > "$TMP/four"
ok 'four threads write the same bytes' cmp "$TMP/one" "$TMP/four"
is "$(wc -l < "$TMP/four")" 1600 'and all of them'
LC_ALL=pl_PL.UTF-8 TZ=Asia/Tokyo sm-route -f "$TMP/rules" "$TMP/many" |
    cmp - "$TMP/one"
report $? 'locale and time zone change nothing'

is "$(sm-route --explain -f "$TMP/rules" "$TMP/posts" | head -13)" \
'k:1
  "Acme, skandal!"
  react, says pl-complaint; queue care-pl
  guard
    - not-us               direction = about: it is "in"
  care
    + pl-complaint         react; queue care-pl; label +complaint; priority +10 house_rule
    + vip                  label +vip
    + old                  label +old
  priority 74 = 64 score + 10 house_rule

k:2
  "what a taste of summer"' 'an explanation says what each rule thought'
like "$(sm-route --explain -f "$TMP/rules" "$TMP/posts")" \
    '- vip                  author in list "vip": there is none' \
    'and what stood in the way'

status 64 'no rules are wrong usage' sm-route "$TMP/posts"
like "$(cat "$TMP/err")" 'say -f FILE' 'and it says what to do'
status 78 'rules that are not there are status 78' sm-route -f "$TMP/no"
printf 'stage a {\n  rule x when sentimnt < 1 then react\n}\n' > "$TMP/bad"
status 78 'wrong rules are status 78' sm-route -f "$TMP/bad" "$TMP/no-posts"
is "$(cat "$TMP/err")" \
"sm-route: $TMP/bad:2:15: no member 'sentimnt'; did you mean 'sentiment'?
    rule x when sentimnt < 1 then react
                ^" 'before anything is read, and with the place'
status 0 '-n reads the rules alone' sm-route -n -f "$TMP/rules" "$TMP/no-posts"

# Texts that are meant to keep a pattern busy.
cat > "$TMP/slow" <<'END'
stage care {
  rule slow when text =~ /(a|a)*(a|aa)+b/ then ignore "b"
  rule all when true then react
}
END
{
	printf '{"v":1,"key":"k:slow","content":"'
	head -c 100000 /dev/zero | tr '\0' a
	printf ' b"}\n{"v":1,"key":"k:next","content":"ab"}\n'
} > "$TMP/evil"
status 1 'a pattern that is given up is status 1' timeout 20 sm-route \
    -f "$TMP/slow" "$TMP/evil"
is "$(cat "$TMP/err")" "sm-route: $TMP/evil:1: $TMP/slow:2:18: rule 'slow': this \
pattern takes too long on this text and counts as not true" \
    'rule, place and post are named'
is "$(sed 's/.*"rule":"\([a-z]*\)".*/\1/' "$TMP/out")" 'all
slow' 'and the post is decided all the same'
status 65 'with --strict it ends the program' sm-route --strict \
    -f "$TMP/slow" "$TMP/evil"
# Calendars, policies, and rules about something else than posts.
cat > "$TMP/care.cal" <<'END'
tz = Europe/Warsaw
mon-fri = 09:00-17:00
2026-11-23 = closed
END
cat > "$TMP/clocks" <<'END'
calendar "care" file "care.cal"
sla "social-1h" calendar "care" {
  first-response 1h warn 15m
  next-response 4h
  pause on waiting partner
  human-only
}
stage care {
  rule spam when text = "spam" then ignore "spam"; sla "social-1h"
  rule day when in_hours("care") then react; queue "day"; sla "social-1h"
  rule night when not in_hours("care") then react; queue "night"; sla "social-1h"
}
stage update {
  rule back when changed(status) and status = "open" then notify "lead"; label +back -done
    test react { "case": { "status": "open", "before": { "status": "solved" } } }
    test ignore { "case": { "status": "open", "before": { "queue": "x" } } }
}
stage time {
  rule waits when queue = "care-zh" and waiting > 30m and not has owner
    then notify "lead"; priority +20 "waits"
}
stage outbound {
  rule trainee when draft.by has role "trainee" or draft.text =~ /refund/i
    then approve "moderator"; hold 60s
}
END
cat > "$TMP/clock-posts" <<'END'
{"v":1,"key":"k:fri","content":"a","direction":"in","start":"2026-11-20T15:30:00Z","fetched":"2026-11-20T15:40:00Z"}
{"v":1,"key":"k:sat","content":"b","direction":"about","start":"2026-11-21T10:00:00Z","fetched":"2026-11-21T10:00:00Z"}
{"v":1,"key":"k:spam","content":"spam","direction":"in","start":"2026-11-21T10:00:00Z","fetched":"2026-11-21T10:00:00Z"}
{"v":1,"key":"k:ours","content":"c","direction":"out","start":"2026-11-21T10:00:00Z","fetched":"2026-11-21T10:00:00Z"}
END
unset SM_NOW
is "$(sm-route -f "$TMP/clocks" "$TMP/clock-posts" |
    jq -c '.route | [.decision, .queue, .sla, .due]')" \
'["react","day","social-1h","2026-11-24T08:30:00Z"]
["react","night","social-1h","2026-11-24T09:00:00Z"]
["ignore","night",null,null]
["react","night","social-1h",null]' \
    'what is due is due in open hours; what is ignored or ours never'
status 0 'tests may stand in every stage' sm-rules --strict check "$TMP/clocks"
cat > "$TMP/cases" <<'END'
{"v":1,"key":"k:1","case":{"status":"open","queue":"care-zh","at":"2026-11-21T10:31:00Z","waiting_since":"2026-11-21T10:00:00Z","before":{"status":"solved"}},"reply":{"by":"ola","roles":["trainee"],"content":"hello"}}
{"v":1,"key":"k:2","case":{"status":"open","queue":"care-zh","at":"2026-11-21T10:30:00Z","waiting_since":"2026-11-21T10:00:00Z","owner":"li"},"reply":{"by":"li","roles":["agent"],"content":"a REFUND"}}
{"v":1,"key":"k:3","case":{"status":"new","queue":"care-pl"},"reply":{"by":"li","roles":["agent"],"content":"thanks"}}
END
is "$(sm-route --context update -f "$TMP/clocks" "$TMP/cases" | jq -c \
    '.route | [.context, .decision, .rule, .notify, .labels, .unlabel]')" \
'["update","react","back",["lead"],["back"],["done"]]
["update","ignore","none",null,null,null]
["update","ignore","none",null,null,null]' 'a case that changed has rules'
is "$(sm-route --context time -f "$TMP/clocks" "$TMP/cases" | jq -c \
    '.route | [.decision, .notify, .why]')" \
'["react",["lead"],{"waits":20}]
["ignore",null,{}]
["ignore",null,{}]' 'a clock that fired has rules'
is "$(sm-route --context outbound -f "$TMP/clocks" "$TMP/cases" | jq -c \
    '.route | [.decision, .approve, .hold, .priority]')" \
'["react",["moderator"],60,null]
["react",["moderator"],60,null]
["ignore",null,null,null]' 'a reply has rules'
like "$(sm-route --explain --context time -f "$TMP/clocks" "$TMP/cases")" \
    '- waits                waiting > 30m: it is 30m' \
    'and they are explained like all others'
status 64 'there is no other context' sm-route --context case -f "$TMP/clocks"

# Whom to give it.
cat > "$TMP/people.conf" <<'END'
[person "anna"]
	role = agent
	role = spokesperson
	brand = acme
	language = pl
	skill = billing
	capacity = 4
[person "ben"]
	role = agent
	language = en
	capacity = 10
[person "cai"]
	role = agent
	shift = care.cal
[person "dora"]
	role = lead
	capacity = 0
END
cat > "$TMP/assign" <<'END'
people file "people.conf"
stage care {
  rule bills when topic has "billing" then react; assign skill("billing")
  rule press when topic has "press" then react; assign role("spokesperson")
  rule boss when topic has "boss" then react; assign role("lead")
  rule named when topic has "ben" then react; assign "ben"
  rule any when true then react; assign least-loaded
}
END
post() {
	printf '{"v":1,"key":"k:%s","brand":"%s","fetched":"%s","score":{"lang":"%s","topic":["%s"]},"known":{"load":%s}}\n' "$@"
}
{
	post 1 acme 2026-11-20T10:00:00Z pl billing '{}'
	post 2 other 2026-11-20T10:00:00Z pl billing '{}'
	post 3 acme 2026-11-20T10:00:00Z pl billing '{"anna":4}'
	post 4 acme 2026-11-21T10:00:00Z en x '{"anna":1,"ben":2}'
	post 5 acme 2026-11-20T10:00:00Z en x '{"ben":2,"cai":3}'
	post 6 acme 2026-11-20T10:00:00Z en x '{"ben":1,"cai":3}'
	post 7 acme 2026-11-20T10:00:00Z en boss '{}'
	post 8 acme 2026-11-21T10:00:00Z zh ben '{"ben":99}'
} > "$TMP/to-assign"
is "$(sm-route -f "$TMP/assign" "$TMP/to-assign" |
    jq -r '.route | .assign // .unassigned')" 'anna
nobody who fits is there and has room
nobody who fits is there and has room
ben
cai
ben
nobody who fits is there and has room
ben' 'people are chosen by role, skill, brand, language, shift and load'
by() { head -1 "$TMP/to-assign" | sm-route -f "$TMP/assign" | jq .route.by; }
was=$(by)
echo '12-25 = closed' >> "$TMP/care.cal"
ok 'their shifts are part of the digest' [ "$(by)" != "$was" ]
seq 1 200 | while read -r i; do
	post "$i" acme 2026-11-20T10:00:00Z en x '{"cai":40}'
	post "$i" acme 2026-11-20T10:00:00Z und x '{}'
done > "$TMP/many"
sm-route -f "$TMP/assign" "$TMP/many" > "$TMP/a"
sm-route -j3 -f "$TMP/assign" "$TMP/many" > "$TMP/b"
ok 'and the same ones every time' cmp "$TMP/a" "$TMP/b"
is "$(jq -r 'select(.score.lang == "und") | .route.assign' "$TMP/a" | sort |
    uniq -c | awk '$1 > 45 { n++ } END { print n }')" 3 \
    'equals get equal shares'

# What a calendar says itself wins, wherever it includes another one.
cat > "$TMP/deep.cal" <<'END'
tz = Asia/Tokyo
mon-sun = 00:00-01:00
END
cat > "$TMP/below.cal" <<'END'
include deep.cal
tz = UTC
mon-wed = 08:00-12:00
12-25 = closed
END
cat > "$TMP/above.cal" <<'END'
include below.cal
tz = Europe/Warsaw
mon = 20:00-22:00
END
cat > "$TMP/open" <<'END'
calendar "c" file "above.cal"
stage care { rule open when in_hours("c") then react }
END
for at in 2026-11-23T08:30:00Z 2026-11-23T19:30:00Z 2026-11-24T08:30:00Z \
    2026-11-25T23:30:00Z 2026-11-26T23:30:00Z; do
	echo "{\"v\":1,\"key\":\"k:1\",\"fetched\":\"$at\"}"
done > "$TMP/times"
is "$(sm-route -f "$TMP/open" "$TMP/times" | jq -r .route.decision |
    tr '\n' ' ')" 'defer react react react react ' \
    'what a calendar says itself wins over what it includes'

# Two texts are compared, be one of them declared by the file.
cat > "$TMP/same" <<'END'
member crm.segment text
stage care { rule same when handle = crm.segment then react }
END
is "$(echo '{"v":1,"key":"k:1","attributedTo":{"preferredUsername":"a"},"crm":{"segment":"a"}}' |
    sm-route -f "$TMP/same" | jq -r .route.decision)" react \
    'a member that the file declares can stand behind ='
done_testing
