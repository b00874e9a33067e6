#!/bin/sh
# The checks of the house are seen to fail: a fault is planted, and found.
. tests/lib.sh

mkdir "$TMP/tree"
cp -R cmd lib tests scripts man share "$TMP/tree" 2> /dev/null
mkdir -p "$TMP/tree/tests"

# planted CHECK FILE TEXT MESSAGE NAME: TEXT as a new file makes CHECK fail
planted() {
	mkdir -p "$TMP/tree/$(dirname "$2")"
	printf '%b' "$3" > "$TMP/tree/$2"
	scripts/"$1" "$TMP/tree" > "$TMP/said" 2>&1
	is $? 1 "$1: $5"
	like "$(cat "$TMP/said")" "$2$4" "$1: and says where"
	rm -f "$TMP/tree/$2"
}

status 0 'check-floors has nothing to say' scripts/check-floors .
status 0 'check-style has nothing to say' scripts/check-style .

planted check-floors lib/base/bad.c '#include "record/record.h"\n' \
    ':1: base may not include record' 'a floor includes a higher one'
planted check-floors lib/score/bad.c '#include "rule/expr.h"\n' \
    ':1: score may not include rule' 'two folders of one floor meet'
planted check-floors lib/source/bad.c '#include "base.h"\n' \
    ':1: "base.h" is not' 'a header without its folder'
planted check-floors lib/store/bad.c 'void\nf(void)\n{\n\texit(1);\n}\n' \
    ':4: only cmd' 'the library exits'
planted check-floors lib/desk/bad.c 'void\nf(void)\n{\n\tprintf("x");\n}\n' \
    ':4: only cmd' 'the library prints'
planted check-floors lib/attic/bad.c '\n' ': lib/attic is no floor' \
    'a room that is none'
planted check-style lib/base/bad.c 'int x; // y\n' ':1: comments' \
    'a comment of C++'
planted check-style lib/base/bad.c "/* $(head -c 90 /dev/zero | tr '\0' x) */\n" \
    ':1: more than 80' 'a long line'
planted check-style lib/base/bad.c 'int x; \n' ':1: white space' \
    'white space at the end'
planted check-style lib/base/bad.c 'int\nf(char *s)\n{\n\treturn atoi(s);\n}\n' \
    ':4: this function' 'a function that is not used here'
planted check-style lib/base/bad.c 'int f(void)\n{\n\treturn 1;\n}\n' \
    ':1: the name of a function' 'a name in the middle of a line'
planted check-style lib/rule/bad.c 'double x;\n' ':1: no floating point' \
    'floating point in the rules'
planted check-style lib/base/bad.h '#ifndef BAD_H\n#define BAD_H\n#endif\n' \
    ':1: the guard should be SM_BASE_BAD_H' 'a guard of another name'
planted check-style lib/base/bad.c 'typedef struct x y;\n' ':1: no typedef' \
    'a typedef of a struct'

# The manual, on a copy of its pages.
docs() {
	(cd "$TMP/tree" && scripts/check-docs "$BIN") > "$TMP/said" 2>&1
}
if command -v mandoc > /dev/null; then
	docs
	is $? 0 'check-docs has nothing to say'
	note "$(head -5 "$TMP/said")"
	sed -i '/Fl j/d' "$TMP/tree/man/sm-score.1"
	docs
	is $? 1 'check-docs: an option that the manual does not know'
	like "$(cat "$TMP/said")" 'sm-score.1: does not tell of -j' 'and says which'
	cp man/sm-score.1 "$TMP/tree/man"
	sed -i 's/^\.Sh EXAMPLES/.It Fl -never\n&/' "$TMP/tree/man/sm-grep.1"
	docs
	is $? 1 'check-docs: an option that the program does not have'
	cp man/sm-grep.1 "$TMP/tree/man"
	rm "$TMP/tree/man/sm-safe.1"
	docs
	is $? 1 'check-docs: a program without a page'
	cp man/sm-safe.1 "$TMP/tree/man"
	sed -i '/^\.It 75$/d' "$TMP/tree/man/sm.7"
	docs
	is $? 1 'check-docs: an exit status that the table does not have'
	like "$(cat "$TMP/said")" 'exit status 75' 'and says which'
else
	skip 'check-docs has nothing to say' 'mandoc is not installed'
fi
done_testing
