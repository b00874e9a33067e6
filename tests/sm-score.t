#!/bin/sh
# sm-score: what goes in comes out, with a score that explains itself.
. tests/lib.sh

posts=tests/fixture/score/posts.ndjson
sm-score $posts > "$TMP/scored"
is $? 0 'good posts are scored and the status is 0'
is "$(wc -l < "$TMP/scored")" "$(wc -l < $posts)" 'every post comes out'
is "$(sed 's/,"score":{"by".*/}/' "$TMP/scored")" "$(cat $posts)" \
    'what was in the record stays byte for byte'

# field LINE NAME: the bare value of a member of the score
field() {
	sed -n "$1s/.*\"score\":{/{/p" "$TMP/scored" |
	    grep -o "\"$2\":[^,\"]*\(\"[^\"]*\"\)\?" | head -1 | cut -d: -f2- |
	    tr -d '"}'
}

is "$(field 1 lang) $(field 1 polarity)" 'en negative' \
    'a grievance in English is negative'
like "$(sed -n 1p "$TMP/scored")" '"urgent":["churn"' \
    'who cancels is about to leave'
is "$(field 2 lang) $(field 2 polarity) $(field 2 emotion)" \
    'pl positive satisfied' 'thanks in Polish come from a satisfied customer'
is "$(field 3 polarity)" negative 'one star with "ok" is negative'
like "$(sed -n 3p "$TMP/scored")" '["rating",-' \
    'and the stars are named as evidence'
ok 'who wants to die is an emergency' test "$(field 4 emergency)" -ge 60
ok 'and goes before everything else' test "$(field 4 priority)" -ge 95
is "$(field 5 lang) $(field 5 polarity)" 'zh negative' \
    'Chinese needs no spaces'
is "$(field 6 lang)" es 'Spanish is told by its words'
like "$(sed -n 6p "$TMP/scored")" '"intent":["question"' \
    'a question is a question'
like "$(sed -n 1p "$TMP/scored")" '"value":70,"loyalty":55,"promoter":-20' \
    'what is known of the customer is in the score'
like "$(sed -n 1p "$TMP/scored")" '"influence_basis":"public-default"' \
    'influence says on what basis it was computed'
like "$(sed -n 1p "$TMP/scored")" '"addressed_to_us":15' \
    'who speaks to us gets points for that'

# Sums: why to priority, each evidence to its score.
cat > "$TMP/sums.awk" <<'A'
function sum(s,    n, part, i, all) {
	n = split(s, part, /[^-0-9.]+/)
	for (i = 1; i <= n; i++)
		all += part[i]
	return all + 0
}
function number(name) {
	match(score, "\"" name "\":-?[0-9]+")
	return sum(substr(score, RSTART + length(name) + 3, RLENGTH))
}
function points(list,    s) {
	s = list
	gsub(/"([^"\\]|\\.)*"/, "", s)
	return sum(s)
}
{
	score = $0
	sub(/^.*"score":\{"by"/, "", score)
	match(score, /"why":\{[^}]*\}/)
	if (points(substr(score, RSTART, RLENGTH)) != number("priority"))
		print "why of line " NR
	rest = score
	sub(/^.*"evidence":\{/, "", rest)
	while (match(rest, /"[a-z]+":\[(\["([^"\\]|\\.)*",-?[0-9]+\],?)*\]/)) {
		item = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		name = item
		sub(/":.*/, "", name)
		sub(/^"/, "", name)
		if (points(item) != number(name))
			print name " of line " NR
	}
}
A
is "$(awk -f "$TMP/sums.awk" "$TMP/scored")" '' \
    'the terms sum to the priority, and the evidence to each score'

# The same bytes, whatever the threads, and a second time.
i=0
while [ $i -lt 300 ]; do
	cat $posts
	i=$((i + 1))
done > "$TMP/many"
sm-score "$TMP/many" > "$TMP/one"
sm-score -j 4 "$TMP/many" > "$TMP/four"
ok 'four threads give the same bytes as one' cmp -s "$TMP/one" "$TMP/four"
sm-score "$TMP/scored" > "$TMP/again"
ok 'scoring a scored post changes nothing' cmp -s "$TMP/scored" "$TMP/again"
LC_ALL=C TZ=Asia/Tokyo SM_NOW=2030-01-01T00:00:00Z sm-score $posts |
    cmp -s - "$TMP/scored"
is $? 0 'neither locale nor clock matters'

# Influence and consent.
optout=$(sed -n 1p $posts | sed 's/"known":{/&"consent":"opted-out",/' |
    sm-score)
like "$optout" '"influence_basis":"opted-out"' 'who opted out is not measured'
is "$(printf '%s' "$optout" | grep -c '"influence":')" 0 \
    'and has no influence in the record'
off=$(sed -n 1p $posts | sm-score --influence off)
like "$off" '"influence_basis":"off"' 'a site can do without influence'
is "$(printf '%s' "$off" | grep -c '"influence":')" 0 \
    'and then there is none'
like "$(sed -n 1p $posts | sm-score --influence registered)" \
    '"influence_basis":"unregistered"' \
    'or measure only those who agreed'
status 64 'another mode of influence is refused' sm-score --influence maybe

# Control lines, tombstones, versions.
printf '%s\n' '{"type":"sm:Checkpoint","source":"t","cursor":"7"}' > "$TMP/c"
is "$(sm-score "$TMP/c")" "$(cat "$TMP/c")" 'control lines pass'
printf '%s\n' '{"v":1,"key":"t:t:9","type":"Tombstone","score":{"x":1}}' |
    sm-score > "$TMP/t"
is "$(cat "$TMP/t")" '{"v":1,"key":"t:t:9","type":"Tombstone"}' \
    'what is gone keeps no score'
printf '%s\n' '{"v":9,"key":"t:t:9","type":"Note","content":"x"}' > "$TMP/v9"
status 1 'an unknown version is not handled' sm-score "$TMP/v9"
is "$(cat "$TMP/out")" "$(cat "$TMP/v9")" 'but passed on as it is'
status 65 'with --strict it ends the program' sm-score --strict "$TMP/v9"

# Records are worked on several at a time; that must not show.
{
	sed -n 1,3p $posts
	cat "$TMP/c"
	sed -n 4p $posts
	echo '{"v":1,"key":"t:t:9","type":"Tombstone"}'
	echo '{"bad'
	sed -n 5,6p $posts
	cat "$TMP/v9"
	sed -n 1,7p $posts
} > "$TMP/group"
while IFS= read -r post; do
	printf '%s\n' "$post" | sm-score
done < "$TMP/group" > "$TMP/each" 2> /dev/null
sm-score "$TMP/group" > "$TMP/all" 2> "$TMP/said"
ok 'many lines at once give what each gives alone' \
    cmp -s "$TMP/each" "$TMP/all"
is "$(sed -n 's/.*\(group:[0-9]*\):.*/\1/p' "$TMP/said" | paste -sd ' ' -)" \
    'group:7 group:10' 'what is wrong is said with its line'
sm-score --strict "$TMP/group" > "$TMP/strict" 2> /dev/null
ok 'with --strict nothing comes out from the first bad line on' \
    sh -c 'head -n 6 "$1" | cmp -s - "$2"' - "$TMP/each" "$TMP/strict"

# What goes wrong.
{ sed -n 1p $posts; echo '{"bad'; sed -n 2p $posts; } > "$TMP/mixed"
status 1 'a bad line is reported' sm-score --rejects "$TMP/rejects" "$TMP/mixed"
like "$(cat "$TMP/err")" "mixed:2" 'with its file and line'
is "$(wc -l < "$TMP/out")" 2 'the good ones come out'
is "$(cat "$TMP/rejects")" '{"bad' 'the bad one is kept'
status 66 'a missing file is noticed' sm-score "$TMP/none"
status 64 'a wrong option is noticed' sm-score --nonsense
status 74 'a full disk is noticed' sh -c "sm-score $posts > /dev/full"
status 66 'a missing lexicon is noticed' sm-score --lexicon "$TMP/none" $posts
echo nonsense > "$TMP/bad.bin"
status 78 'a file that is no lexicon is refused' \
    sm-score --lexicon "$TMP/bad.bin" $posts
like "$(cat "$TMP/err")" 'not a compiled lexicon' 'and it is said why'
head -c 4096 "$BUILD/share/sm/lexicon.bin" > "$TMP/short.bin"
status 78 'a lexicon that was cut short is refused' \
    sm-score --lexicon "$TMP/short.bin" $posts

# For people.
explained=$(sed -n 1p $posts | sm-score --explain)
like "$explained" 'priority   ' 'the explanation shows the priority'
like "$explained" 'intent_churn +10' 'term by term'
like "$explained" '[Still no refund ' 'and the words that it comes from'
esc=$(printf '\033')
printf '{"v":1,"key":"t:t:1","type":"Note","content":"bad \\u001b[31m"}\n' |
    sm-score --explain > "$TMP/esc"
ok 'no control character reaches the terminal' \
    sh -c "! grep -q '$esc' '$TMP/esc'"
like "$(sm-score -l)" 'pl' 'the languages can be listed'
like "$(sm-score -l)" 'term	floor' 'and the terms'

# The same words in another dress have the same label and nearly the score.
dress() {
	printf '%s\n' "$2" | sm-score > "$TMP/scored"
	got=$(field 1 polarity)
	near=$(($(field 1 sentiment) - plain))
	is "$got $((near >= -2 && near <= 2))" "$label 1" "$1"
}
note_of() {
	printf '{"v":1,"key":"t:t:1","type":"Note","language":"%s","content":"%s"}' \
	    "$1" "$2"
}
both() {
	printf '%s\n' "$(note_of "$1" "$2")" | sm-score > "$TMP/scored"
	label=$(field 1 polarity)
	plain=$(field 1 sentiment)
}
both pl 'Żółta kartka dla was, obsługa jest okropna ❤'
dress 'a link changes nothing' \
    "$(note_of pl 'Żółta kartka dla was, obsługa jest okropna ❤ https://x.example/a')"
dress 'a name in front changes nothing' \
    "$(note_of pl '@sklep Żółta kartka dla was, obsługa jest okropna ❤')"
dress 'a repost changes nothing' \
    "$(note_of pl 'RT @sklep: Żółta kartka dla was, obsługa jest okropna ❤')"
dress 'decomposed letters change nothing' "$(note_of pl \
    "$(printf 'Z\314\207o\314\201\305\202ta kartka dla was, obs\305\202uga jest okropna \342\235\244')")"
dress 'an emoji selector changes nothing' \
    "$(note_of pl "$(printf 'Żółta kartka dla was, obsługa jest okropna \342\235\244\357\270\217')")"
both en 'what a terrible idea, the food is cold'
dress 'full-width letters change nothing' \
    "$(note_of en 'what a ｔｅｒｒｉｂｌｅ idea, the food is cold')"
both en 'what a terrible idea\nthe food is cold'
dress 'CRLF changes nothing' \
    "$(note_of en 'what a terrible idea\r\nthe food is cold')"

done_testing
