#!/bin/sh
# What lies under share/examples is what the programs understand.
. tests/lib.sh

prefix=$TMP/prefix
status 0 'they are installed' \
	make -s BUILD="$BUILD" PREFIX="$prefix" install
examples=$prefix/share/sm/examples
is "$(cd "$examples" && find . -type f | LC_ALL=C sort | paste -sd' ')" \
	'./crontab ./nginx-hook.conf ./systemd/sm-follow@.service ./systemd/sm-hook.service ./systemd/sm-sweep.service ./systemd/sm-sweep.timer' \
	'crontab, units and what nginx needs'
is "$(grep -rl /usr/local "$examples")" '' 'for the place they are installed to'

# Each command of the crontab, as cron runs it.
grep -v '^#\|^$\|^[A-Z]*=' "$examples/crontab" > "$TMP/lines"
is "$(grep -cv '^\([0-9*/,-]* \)\{5\}sm' "$TMP/lines")" 0 \
	'five fields and a command of ours each'
mkdir -p "$XDG_CONFIG_HOME/sm"
printf '[source "news"]\n\ttype = feed\n\turl = file:%s\n[rules]\n\tpath = %s\n' \
	"$PWD/tests/fixture/feed/atom.xml" "$TMP/rules" > "$XDG_CONFIG_HOME/sm/config"
echo 'stage a { rule b when text =~ /x/ then react }' > "$TMP/rules"
while read -r _ _ _ _ _ command; do
	PATH=$prefix/bin:/usr/bin:/bin sh -c "$command" > "$TMP/out" 2> "$TMP/err"
	is "$(cat "$TMP/err")" '' "$command"
done < "$TMP/lines"

if command -v systemd-analyze > /dev/null; then
	for unit in "$examples"/systemd/*; do
		case $unit in
		*@.service) name=${unit%@.service}@news.service ;;
		*) name=$unit ;;
		esac
		systemd-analyze verify --man=no "$name" > "$TMP/log" 2>&1
		is "$(grep -F sm- "$TMP/log")" '' \
			"systemd understands ${unit##*/}"
	done
	like "$(systemd-analyze security --offline=true --threshold=25 \
	    "$examples/systemd/sm-sweep.service" 2>&1 | tail -1)" OK \
		'its exposure is small'
else
	skip 'systemd understands the units' 'no systemd-analyze'
fi
done_testing
