#!/bin/sh
# sm-rules: wrong files are refused with their place, tests are run.
. tests/lib.sh

# Each block of wrong.txt: "=== name", the file, "---", what is said of it.
mkdir "$TMP/wrong"
awk -v dir="$TMP/wrong/" '
	/^=== / { n++; part = "rules"
	    print substr($0, 5) > (dir n ".name"); next }
	/^---$/ { part = "want"; next }
	n { print > (dir n "." part) }' tests/fixture/rules/wrong.txt
echo a > "$TMP/wrong/list.txt"
printf 'tz = Europe/Warsaw\nmon-fri = 09:00-17:00\n' > "$TMP/wrong/care.cal"
printf 'tz = Europe/Warsaw\nmon-fri = 9-17\n' > "$TMP/wrong/bad.cal"
i=1
while [ -f "$TMP/wrong/$i.name" ]; do
	cp "$TMP/wrong/$i.rules" "$TMP/wrong/wrong"
	(cd "$TMP/wrong" && sm-rules check wrong) > "$TMP/out" 2> "$TMP/err"
	said="$? $(sed 's/^sm-rules: //; s/ *$//' "$TMP/err")"
	is "$said" "78 $(cat "$TMP/wrong/$i.want")" \
	    "refused: $(cat "$TMP/wrong/$i.name")"
	i=$((i + 1))
done
ok 'at least eighty wrong files are tried' test "$i" -gt 80

cat > "$TMP/good" <<'END'
stage care {
  rule a when lang = "pl" then react; queue "care-pl"
    test react { "score": { "lang": "pl" } }
    test defer { "score": { "lang": "en" } }
}
END
status 0 'a good file is status 0' sm-rules check "$TMP/good"
is "$(cat "$TMP/out")" "$TMP/good: 1 rules, 2 tests, 0 failed" \
    'and its tests are counted'
is "$(cat "$TMP/err")" '' 'and nothing is odd'
status 0 'its tests alone are status 0' sm-rules test "$TMP/good"

sed 's/test defer/test ignore/' "$TMP/good" > "$TMP/fails"
status 1 'a test that fails is status 1' sm-rules test "$TMP/fails"
like "$(cat "$TMP/err")" "fails:4:5: rule 'a': this test wants ignore, but \
'otherwise' says defer in queue unsorted: no rule spoke" \
    'and says what it got'

cat > "$TMP/odd" <<'END'
stage care {
  rule a when true then react; stop
  rule b when lang = "pl" then ignore "x"
}
END
status 0 'what is odd is no failure' sm-rules check "$TMP/odd"
like "$(cat "$TMP/err")" "odd:3:8: rule 'b' is never reached" 'but is told'
status 65 'with --strict it is status 65' sm-rules --strict check "$TMP/odd"

cat > "$TMP/text" <<'END'
stage care {
  rule a when intent has "complaint" then react
    test react { "content": "My parcel never arrived, this is a disgrace" }
}
END
status 0 'a record without a score is scored first' sm-rules test "$TMP/text"
status 0 'a record with a score needs no lexicon' \
    sm-rules --lexicon "$TMP/nowhere" test "$TMP/good"
status 1 'where the lexicon is not there, a test that needs it fails' \
    sm-rules --lexicon "$TMP/nowhere" test "$TMP/text"
like "$(cat "$TMP/err")" 'this test cannot be run: ' 'and says why'

mkdir "$TMP/care"
printf 'rule c when lang = "es" then react\n' > "$TMP/care/more"
printf 'list "vip" file "vip"\n' > "$TMP/care/lists"
echo ann > "$TMP/care/vip"
cat > "$TMP/whole" <<'END'
include "care/lists"
stage care {
  rule a when author in list "vip" then react
  include "care/more"
  rule b when lang = "en" then react
}
END
status 0 'included files are found beside the file that names them' \
    sm-rules check "$TMP/whole"
like "$(cat "$TMP/out")" '3 rules' 'and their rules count'

status 0 '--fields is status 0' sm-rules --fields
like "$(cat "$TMP/out")" 'score.sentiment	sentiment	number	' \
    'and tells path, short name and type'
ok 'every line of --fields has four columns' \
    awk -F '\t' 'NF != 4 { bad = 1 } END { exit bad }' "$TMP/out"
status 0 '--actions is status 0' sm-rules --actions
like "$(cat "$TMP/out")" 'ignore "REASON"	nobody' 'and tells what they take'
status 74 'a full disk is noticed' sh -c 'sm-rules --fields > /dev/full'

status 64 'no verb is wrong usage' sm-rules
status 64 'an unknown verb is wrong usage' sm-rules chek "$TMP/good"
like "$(cat "$TMP/err")" "no verb 'chek'" 'and named'
status 64 'a verb without a file is wrong usage' sm-rules check
status 78 'a file that is not there is status 78' sm-rules check "$TMP/no"
like "$(cat "$TMP/err")" "cannot open '$TMP/no'" 'and named'
printf 'otherwise defer "\377"\n' > "$TMP/bytes"
status 78 'a file that is not UTF-8 is status 78' sm-rules check "$TMP/bytes"
like "$(cat "$TMP/err")" ':1:18: this byte is not UTF-8' 'with its place'

for rules in share/demo/rules share/rules/starter share/rules/*/rules; do
	status 0 "$rules is in order" sm-rules --strict check "$rules"
	is "$(cat "$TMP/err")" '' "$rules: and nothing is odd"
done

# The usual form of a file.
echo a > "$TMP/vip.txt"
cat > "$TMP/ugly" <<'END'
# top
list "vip" file "vip.txt" # vips


stage guard { # in guard
  rule a owner "x"   when lang="pl" and (text =~ /a\/#b {/i or not spam>50) and author in list "vip" and followers between 1 and 2 # why
    then label +a -b;priority -5 "x";
      stop
    # t
    test defer {"content": "a # b"}
  # end of guard
}
otherwise defer "x" # last
# eof
END
sm-rules format "$TMP/ugly" > "$TMP/pretty"
is "$(cat "$TMP/pretty")" '# top
list "vip" file "vip.txt"  # vips

stage guard {  # in guard
  rule a owner "x"
    when lang = "pl" and (text =~ /a\/#b {/i or not spam > 50)
         and author in list "vip" and followers between 1 and 2  # why
    then label +a -b; priority -5 "x"; stop
    # t
    test defer {"content": "a # b"}
  # end of guard
}
otherwise defer "x"  # last
# eof' 'a file is brought into its usual form, comments and all'
is "$(sm-rules format "$TMP/pretty")" "$(cat "$TMP/pretty")" \
    'which does not change any more'
for file in share/demo/rules share/rules/starter share/rules/*/rules; do
	is "$(sm-rules format "$file")" "$(cat "$file")" \
	    "$file has that form"
done
echo 'stage a { rule r when true then label +test -rule +include; stop }' \
    > "$TMP/ugly"
is "$(sm-rules format "$TMP/ugly" | tail -2 | head -1)" \
    '    then label +test -rule +include; stop' \
    'labels that are called as a statement are labels'
status 78 'a wrong file is not touched' sm-rules format "$TMP/wrong/1.rules"
is "$(cat "$TMP/out")" '' 'and nothing is written'

# Conditions as SQL, by the shell of SQLite.
cat > "$TMP/sql" <<'END'
stage care {
  rule money when text =~ /refund|zwrot/i and sentiment < 0 then react
  rule tagged when topic has ("billing", "o'clock") or author = "jan" then react
  rule old when age > 1h and not author.bot then react
}
END
cat > "$TMP/sql-posts" <<'END'
{"key":"1","content":"Refund me","score":{"sentiment":-20},"start":"2026-11-21T08:00:00Z","fetched":"2026-11-21T10:00:00Z"}
{"key":"2","content":"refund","score":{"sentiment":0,"topic":["o'clock"]}}
{"key":"3","attributedTo":{"preferredUsername":"jan","bot":true},"start":"2026-11-21T08:00:00Z","fetched":"2026-11-21T10:00:00Z"}
{"key":"4","start":"2026-02-29T08:00:00Z","fetched":"2026-11-21T10:00:00Z"}
END
{
	echo 'create table post(line text);'
	sed "s/'/''/g; s/.*/insert into post values('&');/" "$TMP/sql-posts"
	sm-rules sql "$TMP/sql" | sed "
		s/^-- \(.*\)/select '\1', json_extract(line,'\$.key') from post where/"
} > "$TMP/script"
is "$(sqlite3 :memory: < "$TMP/script")" 'money|1
tagged|2
tagged|3
old|1' 'conditions become SQL that says the same'

# Feast days.
cat > "$TMP/feast.ics" <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20261225
DTEND;VALUE=DATE:20261227
SUMMARY:Christmas
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20000501
RRULE:FREQ=YEARLY
EXDATE;VALUE=DATE:20280501
SUMMARY:Labour Day
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:20260501T100000Z
SUMMARY:a meeting
END:VEVENT
BEGIN:VEVENT
UID:4
DTSTART;VALUE=DATE:20260606
STATUS:CANCELLED
SUMMARY:called off
END:VEVENT
END:VCALENDAR
END
status 0 'feast days are taken over' env TZ=Asia/Shanghai \
    sm-rules import-holidays "$TMP/feast.ics"
cp "$TMP/out" "$TMP/feast.cal"
is "$(head -5 "$TMP/feast.cal" | tr '\t' ' ')" \
    '2026-05-01 = closed # Labour Day
2026-12-25 = closed # Christmas
2026-12-26 = closed # Christmas
2027-05-01 = closed # Labour Day
2029-05-01 = closed # Labour Day' 'repeated ones too, whatever the zone here'
like "$(cat "$TMP/err")" '1 events that are not of whole days' \
    'what is no whole day is told'
printf 'tz = Europe/Warsaw\ndaily = 08:00-16:00\ninclude feast.cal\n' \
    > "$TMP/with.cal"
cat > "$TMP/feast-rules" <<'END'
calendar "c" file "with.cal"
sla "s" calendar "c" { first-response 1h }
stage a { rule a when true then react; sla "s" }
END
is "$(echo '{"v":1,"key":"k:1","start":"2026-12-24T14:30:00Z"}' |
    sm-route -f "$TMP/feast-rules" | jq -r .route.due)" \
    2026-12-27T07:30:00Z 'and a calendar can include them'
status 65 'what is no calendar is refused' sm-rules import-holidays "$TMP/sql"
status 66 'nor what is not there' sm-rules import-holidays "$TMP/nowhere"
done_testing
