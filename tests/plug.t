#!/bin/sh
# What can be added is one file and one line, and no other file names it: a
# connector, an action, a measure, and a language are added to a copy of the
# tree (from tests/plug), and work.  HACKING shows the same four.
. tests/lib.sh

tree=$TMP/tree
mkdir "$tree"
cp -a GNUmakefile cmd lib share "$tree"
mkdir "$tree/tests"
cp -a "$BUILD" "$tree/build"
cp -a tests/plug/lib tests/plug/share "$tree"
# What was built there before was built under another name.
find "$tree/build/obj" -name '*.d' -exec sed -i 's|^[^ ]*obj/|build/obj/|' {} +
cat > "$TMP/lists" <<'END'
lib/source/list.h SM_SOURCE(lines) SM_SOURCE(mbox)
lib/rule/action/list.h SM_ACTION(publish) SM_ACTION(queue)
lib/score/term/list.h SM_TERM(newcomer) SM_TERM(spam)
END
while read -r list line before; do
	sed -i "s/^$before\$/$line\n&/" "$tree/$list"
	is "$(diff "$list" "$tree/$list" | grep -c '^[<>]')" 1 \
	    "one line in $list"
done < "$TMP/lists"
is "$(cd tests/plug && find . -type f | wc -l)" 4 'four files, no more'

make -s -C "$tree" BUILD=build SANITIZE="${SANITIZE-}" \
    CFLAGS="${CFLAGS--O2 -g}" build/bin/sm-fetch build/bin/sm-route \
    build/bin/sm-score build/bin/sm-lex build/share/sm/lexicon.bin \
    > "$TMP/made" 2>&1
is $? 0 'the tree with them builds'
note "$(grep -v '^CC\|^LD' "$TMP/made" | head -5)"
PATH=$tree/build/bin:$PATH

like "$(sm-fetch -l)" 'lines' 'the connector is in the list'
printf 'erste Zeile\nDas Essen war sehr gut\n' > "$TMP/text"
is "$(sm-fetch lines "$TMP/text" | grep -c '"channel":"lines"')" 2 \
    'and fetches'

printf 'stage s {\n  rule r\n    when has content\n    then react; publish\n}\n' \
    > "$TMP/rules"
like "$(sm-fetch lines "$TMP/text" | sm-route -f "$TMP/rules")" \
    '"publish":true' 'the action writes into the record'

new='{"v":1,"content":"x","start":"2026-11-20T10:00:00Z","fetched":"2026-11-20T10:00:00Z","attributedTo":{"published":"2026-11-10T10:00:00Z"}}'
like "$(printf '%s\n' "$new" | sm-score)" '"newcomer":2' \
    'the measure adds its points, and why shows them'

like "$(sm-fetch lines "$TMP/text" | sm-score | tail -n 1)" \
    '"polarity":"positive"' 'the language is understood'
like "$(printf '{"v":1,"content":"Das ist nicht gut"}\n' |
    sm-score)" '"polarity":"negative"' 'with its negators'
done_testing
