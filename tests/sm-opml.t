#!/bin/sh
# sm-opml: lists of feeds, from other readers and to them.
. tests/lib.sh

cat > "$TMP/list.opml" <<'END'
<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.1"><head><title>Mine</title></head><body>
<outline text="News"><outline text="Local &amp; near">
<outline text="Parcel notes" type="rss" xmlUrl="https://a.example/feed?x=1&amp;y=2"/>
</outline>
<outline title="Parcel notes" type="rss" xmlUrl="http://b.example/rss"/></outline>
<outline text="" type="rss" xmlUrl="feed://c.example/atom.xml"/>
<outline text="Parcel notes" xmlUrl="https://a.example/feed?x=1&amp;y=2"/>
<outline text="&#x4E2D;" xmlUrl=" http://d.example/1 "/>
</body></opml>
END
status 0 'a list is imported' sm-opml import "$TMP/list.opml"
is "$(cat "$TMP/out")" '# Parcel notes
# folder: News/Local & near
[source "Parcel-notes"]
	type = feed
	url = "https://a.example/feed?x=1&y=2"
# Parcel notes
# folder: News
[source "Parcel-notes-2"]
	type = feed
	url = "http://b.example/rss"
[source "c.example"]
	type = feed
	url = "http://c.example/atom.xml"
# 中
[source "d.example"]
	type = feed
	url = "http://d.example/1"' \
	'names are unique, folders are comments, nothing is there twice'
cp "$TMP/out" "$TMP/conf"
status 0 'what comes out is a configuration' \
	sm-fetch -c "$TMP/conf" --explain Parcel-notes-2
like "$(cat "$TMP/out")" http://b.example/rss 'that sm-fetch understands'
is "$(sm-opml -c "$TMP/conf" import "$TMP/list.opml")" '' \
	'what is configured already is left out'
is "$(sm-opml -c "$TMP/conf" --all import "$TMP/list.opml" |
	grep -c 'source "Parcel-notes-[34]"')" 2 \
	'unless it is wanted, under other names'
is "$(sm-opml -b acme import "$TMP/list.opml" | grep -c 'brand = acme')" 4 \
	'a brand is set for all'

# -- and back -----------------------------------------------------------------
cat > "$TMP/c2" <<'END'
[brand "acme"]
	name = Acme
[source "one"]
	type = feed
	url = "https://a.example/feed?x=1&y=2"
[source "two & three"]
	type = feed
	url = http://b.example/rss
	brand = acme
	language = pl
[source "box"]
	type = mbox
	url = file:/tmp/box
[source "file"]
	type = feed
	url = file:/tmp/f.rss
END
status 0 'the feeds are exported' sm-opml -c "$TMP/c2" export
cp "$TMP/out" "$TMP/back.opml"
like "$(cat "$TMP/out")" \
	'<outline type="rss" text="one" xmlUrl="https://a.example/feed?x=1&amp;y=2"/>' \
	'as OPML'
is "$(grep -c 'xmlUrl=' "$TMP/out")" 2 'and nothing else is'
like "$(cat "$TMP/out")" '<outline text="acme">' 'a brand is a folder'
if command -v python3 > /dev/null; then
	status 0 'which is XML' python3 -c 'import sys, xml.dom.minidom
xml.dom.minidom.parse(sys.argv[1])' "$TMP/back.opml"
else
	skip 'which is XML' 'python3 is not installed'
fi
sm-opml import "$TMP/back.opml" > "$TMP/c3"
is "$(sm-opml -c "$TMP/c3" export | grep -o 'xmlUrl="[^"]*"' | sort)" \
	"$(grep -o 'xmlUrl="[^"]*"' "$TMP/back.opml" | sort)" \
	'there and back nothing is lost'
is "$(grep '^\[' "$TMP/c3" | paste -sd' ')" \
	'[source "one"] [source "two-three"]' 'and names that are names stay'

# -- lists from strangers -----------------------------------------------------
cat > "$TMP/bad.opml" <<'END'
<opml version="2.0"><body>
<outline text="a" xmlUrl="exec:touch /tmp/x"/>
<outline text="b" xmlUrl="file:///etc/passwd"/>
<outline text="c" xmlUrl="|touch /tmp/x"/>
<outline text="d" xmlUrl="filter:x:http://a.example/"/>
<outline text="e" xmlUrl="http://me:pw@a.example/"/>
<outline text="f" xmlUrl="javascript:alert(1)"/>
<outline text="g" xmlUrl="http://a.example/&#10;token_cmd = touch x"/>
<outline text="h" xmlUrl="http://a.example/&quot;&#10;[source &quot;x&quot;]"/>
<outline text="i&#10;[source &quot;evil&quot;]&#10;&#9;url = http://evil.example/" xmlUrl="http://good.example/"/>
<outline text="j&quot;]&#27;[31m" xmlUrl="http://good.example/2"/>
<outline text="folder&#10;x = y"><outline text="../../k" xmlUrl="http://good.example/3"/></outline>
</body></opml>
END
status 0 'a hostile list is imported' sm-opml import "$TMP/bad.opml"
is "$(grep -c '^\[source' "$TMP/out")" 3 'as far as it is http'
is "$(grep '^	' "$TMP/out" | grep -cv '^	type = feed$\|^	url = "http://good.example/[0-9]*"$')" \
	0 'with no other lines than those of a source'
is "$(grep -v '^[[	#]' "$TMP/out")" '' 'and nothing that leaves its comment'
like "$(cat "$TMP/err")" '8 left out' 'the rest is said to be left out'
sm-opml import "$TMP/bad.opml" > "$TMP/bad.conf" 2> /dev/null
status 0 'what comes out of it is a configuration' \
	sm-fetch -c "$TMP/bad.conf" --explain k
for text in '<rss><channel/></rss>' '<!DOCTYPE opml [<!ENTITY a "b">]><opml/>' \
	'not xml' ''; do
	printf '%s' "$text" > "$TMP/no.opml"
	status 65 "'$text' is no list" sm-opml import "$TMP/no.opml"
done
printf '<opml><body><outline xmlUrl="http://a.example/1"/><outline xml' \
	> "$TMP/cut.opml"
status 1 'a list that was cut off is imported as far as it goes' \
	sm-opml import "$TMP/cut.opml"
is "$(grep -c '^\[source' "$TMP/out")" 1 'what was whole of it'
like "$(cat "$TMP/err")" 'ends early' 'and that is said'
i=0
{ echo '<opml>'
	while [ $i -lt 20000 ]; do
		echo "<outline text='same' xmlUrl='http://a.example/$i'>"
		i=$((i + 1))
	done
	echo '</opml>'; } > "$TMP/many.opml"
is "$(timeout 20 "$BIN/sm-opml" import "$TMP/many.opml" | grep -c '^\[source')" \
	20000 'a long list of one name takes no long time'
status 66 'a missing list is noticed' sm-opml import "$TMP/nowhere"
status 64 'no list is a mistake' sm-opml import
status 64 'no verb is a mistake' sm-opml
status 74 'a full disk is noticed' \
	sh -c "sm-opml import '$TMP/list.opml' > /dev/full"

done_testing
