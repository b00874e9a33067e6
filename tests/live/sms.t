#!/bin/sh
# sms-gammu against gammu-smsd itself, with its dummy modem.
. tests/lib.sh
unset SM_NOW	# messages come now
server=$PWD/tests/live/server/gammu

if ! "$server" start "$TMP/gammu" > "$TMP/vars" 2> "$TMP/why"; then
	"$server" stop "$TMP/gammu"
	why=$(tail -3 "$TMP/why" | tr '\n' ' ')
	[ -z "${CI-}" ] || { echo "Bail out! $why"; exit 1; }
	echo "1..0 # SKIP $why"
	exit 0
fi
# shellcheck disable=SC1091 # written just now
. "$TMP/vars"
trap '"$server" stop "$TMP/gammu"; rm -rf "$TMP"' EXIT

cat > "$TMP/conf" <<END
[source "sms"]
	type = sms-gammu
	path = $GAMMU_INBOX
	country = 48
	move = yes
END
keep() {
	sm-fetch -c "$TMP/conf" --state "$TMP/state" sms |
		sm-checkpoint "$TMP/state"
}
# come SENDER TEXT [OPTIONS]: a message arrives
come() {
	sender=$1 text=$2
	shift 2
	gammu -c "$GAMMU_CONF" savesms TEXT -folder 1 -sender "$sender" \
	    -text "$text" -unread "$@" > /dev/null 2>&1
}
# wait_for N: until smsd has written that many files, and they are settled
wait_for() {
	i=0
	while [ "$(find "$GAMMU_INBOX" -maxdepth 1 -name 'IN*' | wc -l)" \
	    -lt "$1" ] && [ $i -lt 150 ]; do
		sleep 0.1
		i=$((i + 1))
	done
	i=0
	while [ -n "$(find "$GAMMU_INBOX" -maxdepth 1 -name 'IN*' -newermt \
	    '-2.2 seconds')" ] && [ $i -lt 100 ]; do
		sleep 0.1
		i=$((i + 1))
	done
}
long='Zażółć gęślą jaźń, to jest bardzo długa wiadomość, która nie mieści się w jednej części i dlatego modem musi ją podzielić na kilka części, a my musimy je potem złożyć.'

come +48600100200 'Gdzie jest moja paczka?'
come +48600100201 "$long" -unicode -len 400
come 600100202 'Numer bez kraju 🙂' -unicode
come INFO 'Your code is 1234'
wait_for 6
keep > "$TMP/out"
is "$(jq -r .content "$TMP/out" | sort)" "$(printf '%s\n' \
	'Gdzie jest moja paczka?' "$long" 'Numer bez kraju 🙂' \
	'Your code is 1234' | sort)" \
	'messages come, parts as one, in any alphabet'
of() {
	jq -c "select(.content | startswith(\"$1\")) | $2" "$TMP/out"
}
is "$(of Gdzie '[.type, .channel, .direction, .visibility, .context, .attributedTo.preferredUsername, .ref.to]')" \
	'["Message","sms","in","direct","sms:+48600100200","+48600100200","+48600100200"]' \
	'with who sent them'
is "$(of Numer '[.context, .ref.to, .ref.from]')" \
	'["sms:+48600100202","+48600100202","600100202"]' \
	'a number without a country gets it'
is "$(of Your '[.flags, .ref.to, .attributedTo.preferredUsername]')" \
	'[["auto"],null,"INFO"]' 'a name is nobody to answer'
is "$(of Gdzie '(.fetched | fromdate) - (.indexed | fromdate) < 60')" true \
	'and when smsd got them'
is "$(find "$GAMMU_INBOX" -maxdepth 1 -name 'IN*' | wc -l | tr -d ' ')" 6 \
	'what no kept cursor names stays where it is'
is "$(keep | wc -l | tr -d ' ')" 0 'nothing comes twice'
is "$(find "$GAMMU_INBOX" -maxdepth 1 -name 'IN*' | wc -l | tr -d ' ')" 0 \
	'what one names is moved'
is "$(find "$GAMMU_INBOX/cur" -name 'IN*' | wc -l | tr -d ' ')" 6 'to cur/'
come +48600100200 'I jeszcze jedno.'
wait_for 1
is "$(keep | jq -r .content)" 'I jeszcze jedno.' 'what is new comes'

done_testing
