#!/bin/sh
# sm-fetch feed: documents that are large, deep, or made to hurt, and what
# variants of feeds say.  tests/live/feed-oracle.t compares thousands more.
. tests/lib.sh
SM_NOW=2026-08-26T12:00:00Z
export SM_NOW

# fetch: the records of standard input
fetch() {
	sm-fetch --base https://shop.example/blog/ feed - 2> "$TMP/err"
}
# quick SECONDS: the same, ended if it takes longer; status in $TMP/code
quick() {
	timeout "$1" "$BIN/sm-fetch" --base https://shop.example/ feed - \
		2> "$TMP/err"
	echo $? > "$TMP/code"
}
fill() { # N TEXT
	awk -v n="$1" -v t="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", t }'
}
good='<item><guid>g</guid><title>Good</title></item>'
keys() {
	jq -r .id | paste -sd' '
}

# -- large and hostile --------------------------------------------------------
is "$({ echo "<rss><channel>$good"; fill 1000000 '<a>'; } | quick 20 | keys)" \
	g 'a million tags in one another are passed over'
is "$({ echo "<rss><channel>$good"; fill 1000000 '</b>'
	echo "$good</channel></rss>"; } | quick 20 | wc -l | tr -d ' ')" 1 \
	'so are a million end tags of nothing'
is "$({ echo "<rss><channel>$good<item><guid>h</guid><description>"
	fill 300000 '<b>'; echo 'deep</description></item></channel></rss>'
	} | quick 20 | keys)" 'g h' \
	'a text with 300,000 open elements ends with its own'
is "$({ echo "<rss><channel>$good<item><guid>h</guid><description>"
	fill 1000000 '&lt;b&gt;'; echo 'x</description></item></channel></rss>'
	} | quick 20 | keys)" 'g h' 'so does one that is escaped'
is "$({ echo "<rss><channel><item><guid>h</guid><enclosure "
	fill 200000 'a="b" '; echo "/></item>$good</channel></rss>"
	} | quick 20 | keys)" 'h g' 'a tag of 200,000 attributes is a tag'
is "$({ echo "<rss><channel>$good<item><guid>h</guid><title>"
	fill 1000000 '<'; echo '</title></item></channel></rss>'; } |
	quick 20 | keys)" 'g h' 'a million < are text'
is "$({ echo "<rss><channel>$good<item><guid>h</guid><title>"
	fill 1000000 '&'; echo '</title></item></channel></rss>'; } |
	quick 20 | keys)" 'g h' 'so are a million &'
is "$({ echo "<rss><channel>$good<item><guid>h</guid><title>"
	fill 200000 '<a b="'; echo '</title></item></channel></rss>'; } |
	quick 20 | keys)" 'g h' 'quotes that never end end with the next <'
is "$({ echo "<rss><channel>$good<item "; fill 80000 'xmlns:a="b" '
	echo '><guid>h</guid></item></channel></rss>'; } | quick 20 | keys)" \
	'g h' '80,000 namespaces are too many, and no harm'
is "$({ echo "<rss><channel>$good"; fill 20000 '<x xml:base="a/">'
	fill 20000 '</x>'; echo '</channel></rss>'; } | quick 20 | keys)" g \
	'20,000 bases upon one another are no harm'
is "$({ echo "<rss><channel>$good<item><guid>h</guid>"
	fill 300000 '<category>c</category>'; echo '</item></channel></rss>'; } |
	quick 20 | jq '.tag | length' | paste -sd' ')" '0 1' \
	'a category said 300,000 times is one'
is "$({ echo "<rss><channel>"; fill 200000 '<item>'
	echo "$good</channel></rss>"; } | quick 20 | keys)" g \
	'200,000 items that never end are nothing'
is "$({ echo "<rss><channel>$good<![CDATA["; fill 3000000 ']]'
	echo ']]></channel></rss>'; } | quick 20 | keys)" g \
	'brackets without an end are no trap'
is "$({ echo "<!DOCTYPE rss ["; fill 300000 '<!ELEMENT a (b)>'
	echo "]><rss><channel>$good</channel></rss>"; } | quick 20 | keys)" g \
	'a long document type without entities is passed over'
{ printf '{"version":"https://jsonfeed.org/version/1","items":'
	fill 100000 '['; } | quick 20 > "$TMP/out"
is "$(cat "$TMP/code")" 65 'JSON nested too deep is refused'

item='<item><title>Post</title><link>https://a.example/N</link><description>'
item="$item&lt;p&gt;A text of some length about parcels.&lt;/p&gt;"
item="$item</description></item>"
many() {
	echo '<rss><channel>'
	awk -v n="$1" -v item="$item" 'BEGIN { for (i = 0; i < n; i++) {
		s = item; sub(/N/, i, s); print s } }'
	echo '</channel></rss>'
}
# shellcheck disable=SC3045 # dash and bash have it
if (ulimit -v 400000 && sm-fetch -l) > /dev/null 2>&1; then
	many 400000 > "$TMP/large.rss"
	# shellcheck disable=SC3045
	is "$(ulimit -v 100000; quick 60 < "$TMP/large.rss" | wc -l |
		tr -d ' ')" 400000 '60 MB of feed need 100 MB of addresses at most'
	rm "$TMP/large.rss"
else
	skip '60 MB of feed need 100 MB of addresses at most' \
		'built with a sanitizer'
fi

# -- what may stand where -----------------------------------------------------
# of JQ DOCUMENT
of() {
	printf '%s' "$2" | fetch | jq -r "$1" | paste -sd'|'
}
rss() {
	printf '<rss version="2.0"><channel>%s</channel></rss>' "$1"
}
is "$(of '[.id, .name] | join(" ")' "$(rss '<item><guid>1</guid><title>One</item><item><guid>2</guid><title>Two</title></item>')")" \
	'1 One|2 Two' 'a title that never ends ends with its item'
is "$(of .id "$(rss '<item><guid>1</guid><item><guid>2</guid></item>')")" \
	'1|2' 'so does an item with the next'
is "$(of '.flags // [] | join(",")' "$(rss '<item><guid>1</guid></item><item><guid>2</guid><description>a</b>c</description></item>')")" \
	'|repaired-xml' 'only what is behind the fault is flagged'
is "$(of .url "$(rss '<item><link href="/a"/></item><item><link>b</link></item>')")" \
	'https://shop.example/a|https://shop.example/blog/b' \
	'links are text or attributes, and relative'
is "$(of .content '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/x/"><entry xml:base="y/"><id>1</id><content type="html" xml:base="z/">&lt;a href="q"&gt;here&lt;/a&gt;</content></entry></feed>')" \
	'here <https://shop.example/x/y/z/q>' 'xml:base counts at each level'
is "$(of .name "$(rss '<item><title>3 &lt; 4 &amp;amp; 5</title></item>')")" \
	'3 < 4 & 5' 'a title escaped twice is read once more'
is "$(of .name "$(rss '<item><title>Use the &lt;title&gt; element</title></item>')")" \
	'Use the <title> element' 'a title that is no HTML stays as it is'
is "$(of '.content + "/" + (.summary // "-")' "$(rss '<item><guid>1</guid><description>Short and sweet</description><content:encoded>Long text</content:encoded></item><item><guid>2</guid><description>Long t...</description><content:encoded>Long text</content:encoded></item>')")" \
	'Long text/Short and sweet|Long text/-' \
	'a summary is kept where it says more than the beginning'
is "$(of '.attributedTo.name' '<feed xmlns="http://www.w3.org/2005/Atom"><author><name>All</name></author><entry><id>1</id><source><author><name>Src</name></author></source></entry><entry><id>2</id></entry><entry><id>3</id><author><name>Own</name></author></entry></feed>')" \
	'Src|All|Own' 'an author is the own, the source'\''s, the feed'\''s'
is "$(of '[.tag[].name] | join(",")' "$(rss '<item><category>a</category><category>a</category><itunes:keywords>b, c</itunes:keywords><media:category>d</media:category></item>')")" \
	'a,b,c,d' 'tags come from everywhere, once'
is "$(of '[.attachment[].url] | join(",")' "$(rss '<item><enclosure url="/a"/><media:content url="https://shop.example/a"/><media:thumbnail url="b"/><itunes:image href="c"/></item>')")" \
	'https://shop.example/a,https://shop.example/blog/b,https://shop.example/blog/c' \
	'so do files'
is "$(of '.ref | [.comments, .comments_feed] | join(" ")' "$(rss '<item><title>T</title><comments>/c</comments><wfw:commentRss>/c.rss</wfw:commentRss></item>')")" \
	'https://shop.example/c https://shop.example/c.rss' \
	'where the comments are is kept'
is "$(of .metrics.replies "$(rss '<item><title>T</title><slash:comments>7</slash:comments></item>')")" \
	7 'and how many'
is "$(of .language '<rss xml:lang="pl"><channel><language>fr</language><item xml:lang="de_AT"><title>T</title></item><item><title>U</title></item></channel></rss>')" \
	'de-AT|pl' 'the nearest language counts'
is "$(of '.updated // "-"' "$(rss '<item><guid>1</guid><dc:date>2026-08-01T10:00:00Z</dc:date></item>')")" \
	2026-08-01T10:00:00Z 'dc:date is both times'
is "$(of .name "Warning: x in y
$(rss '<item><title>After junk</title></item>')")" 'After junk' \
	'what a server prints before the feed is passed over'
is "$(printf '<?xml version="1.0" encoding="us-ascii"?>%s' "$(rss '<item><title>Zażółć</title></item>')" |
	fetch | jq -r .name)" 'Zażółć' 'UTF-8 is UTF-8 whatever it says it is'
is "$(printf '<?xml version="1.0" encoding="iso-8859-1"?><rss><channel><item><title>caf\351 \223x\224</title></item></channel></rss>' |
	fetch | jq -r .name)" 'café “x”' \
	'and Latin-1 is what browsers take it for'

# -- as others read it --------------------------------------------------------
one() { # ITEM FILTER
	echo "<rss><channel><item><guid>g</guid>$1</item></channel></rss>" |
		fetch | jq -r "$2"
}
is "$(one '<title>CafÃ©</title>' .name)" 'Café' \
	'UTF-8 that was encoded twice is decoded twice'
is "$(one '<title>&lt;section&gt;a&lt;/section&gt;</title>' .name)" a \
	'every element of HTML may stand in a title'
is "$(one '<title mode="base64">not so</title>' .name)" 'not so' \
	'what is called base64 and is none is text'
is "$(one '<author>a@b.test?subject=c (Al)</author>' \
	'.attributedTo | .name + " " + .preferredUsername')" 'Al a@b.test' \
	'the subject of a mail is no part of the address'
is "$(one '<itunes:category text="a"><itunes:category text="b"/>
	</itunes:category>' '[.tag[].name] | join(" ")')" 'a b' \
	'categories may stand in one another'
is "$(echo '<CHANNEL><ITEM HREF="http://a.test/x" LASTMOD="2026-05-01"/>
	</CHANNEL>' | fetch | jq -r '.url + " " + .updated')" \
	'http://a.test/x 2026-05-01T00:00:00Z' 'CDF has its links in attributes'

done_testing
