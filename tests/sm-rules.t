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

for rules in share/demo/rules share/rules/*; do
	status 0 "$rules is in order" sm-rules --strict check "$rules"
	is "$(cat "$TMP/err")" '' "$rules: and nothing is odd"
done
done_testing
