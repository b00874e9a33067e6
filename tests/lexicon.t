#!/bin/sh
# Every line of tests/lexicon/TAG.tsv: a text, a tab, what is expected of its
# score.  A language must meet 85 of 100 expectations and each one about an
# emergency; what fails is said either way.
. tests/lib.sh

LEAST=${SM_LEXICON_LEAST:-85}

# Posts from the texts of a file, in the language of its name.
posts() {
	awk -F '\t' -v tag="$1" '
	/^#/ || NF < 2 { next }
	{
		gsub(/\\/, "\\\\", $1)
		gsub(/"/, "\\\"", $1)
		hint = tag == "common" ? "" : "\"language\":\"" tag "\","
		printf "{\"v\":1,\"key\":\"test:%s:%d\",\"type\":\"Note\"," \
		    "\"channel\":\"test\",\"source\":\"test\"," \
		    "\"brand\":\"default\",%s\"content\":\"%s\"," \
		    "\"fetched\":\"2026-11-01T00:00:00Z\"," \
		    "\"start\":\"2026-11-01T00:00:00Z\"," \
		    "\"direction\":\"in\",\"visibility\":\"public\"}\n",
		    tag, NR, hint, $1
	}' "$2"
}

# Compare; prints "met all alarms-met alarms" and diagnostics.
compare() {
	awk -F '\t' -v file="$1" -v scored="$2" '
	function text_of(name,    s) {
		if (!match(score, "\"" name "\":\"[^\"]*\""))
			return ""
		s = substr(score, RSTART, RLENGTH - 1)
		sub(/^.*"/, "", s)
		return s
	}
	function number_of(name,    s) {
		if (!match(score, "\"" name "\":-?[0-9]+"))
			return ""
		s = substr(score, RSTART, RLENGTH)
		sub(/^.*:/, "", s)
		return s + 0
	}
	function has(list, value,    s) {
		if (!match(score, "\"" list "\":\\[[^]]*\\]"))
			return 0
		s = substr(score, RSTART, RLENGTH)
		return index(s, "\"" value "\"") > 0
	}
	function holds(want,    not, name, value, eq, yes) {
		not = sub(/^!/, "", want)
		if (want == "emergency")
			yes = number_of("emergency") >= 60
		else {
			eq = index(want, "=")
			name = substr(want, 1, eq - 1)
			value = substr(want, eq + 1)
			if (name == "intent" || name == "topic")
				yes = has(name, value)
			else if (name == "urgent")
				yes = has("urgent", value)
			else if (name == "ladder")
				yes = number_of("ladder") == value
			else if (name == "polarity" || name == "emotion" ||
			    name == "lang")
				yes = text_of(name) == value
			else {
				printf "#   %s:%d: unknown expectation %s\n",
				    file, NR, want
				return 0
			}
		}
		return not ? !yes : yes
	}
	/^#/ || NF < 2 { next }
	{
		if ((getline score < scored) != 1) {
			printf "#   %s:%d: no score\n", file, NR
			exit
		}
		sub(/^.*"score":\{"by"/, "", score)
		count = split($2, want, " ")
		for (i = 1; i <= count; i++) {
			good = holds(want[i])
			all++
			met += good
			if (want[i] == "emergency") {
				alarms++
				alarms_met += good
			}
			if (!good)
				printf "#   %s:%d: %s: expected %s, got %s\n",
				    file, NR, $1, want[i],
				    substr(score, 1, 300)
		}
	}
	END { printf "sums %d %d %d %d\n", met, all, alarms_met, alarms }
	' "$1"
}

for file in tests/lexicon/*.tsv; do
	tag=$(basename "$file" .tsv)
	posts "$tag" "$file" > "$TMP/in"
	sm-score < "$TMP/in" > "$TMP/scored"
	is $? 0 "$tag: every text can be scored"
	is "$(wc -l < "$TMP/scored")" "$(wc -l < "$TMP/in")" \
	    "$tag: nothing gets lost"
	compare "$file" "$TMP/scored" > "$TMP/result"
	grep '^#' "$TMP/result"
	sums=$(sed -n 's/^sums //p' "$TMP/result")
	set -- $sums
	ok "$tag: $1 of $2 expectations are met, at least $LEAST of 100" \
	    test "${2:-0}" -gt 0 -a "$((${1:-0} * 100))" -ge \
	    "$((${2:-0} * LEAST))"
	is "${3:-none}" "${4:-no alarms}" "$tag: every emergency is noticed"
done

done_testing
